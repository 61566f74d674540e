<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>barograph</name>
        <message>
            <source> or </source>
            <comment>between names</comment>
            <translation>或</translation>
        </message>
        <message>
            <source>&amp;About Barograph</source>
            <translation>关于 Barograph(&amp;A)</translation>
        </message>
        <message>
            <source>&amp;File</source>
            <translation>文件(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Help</source>
            <translation>帮助(&amp;H)</translation>
        </message>
        <message>
            <source>&amp;Live market</source>
            <translation>实时市场(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Playback</source>
            <translation>回放(&amp;P)</translation>
        </message>
        <message>
            <source>&amp;Quit</source>
            <translation>退出(&amp;Q)</translation>
        </message>
        <message>
            <source>&amp;Refresh now</source>
            <translation>立即刷新(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Simulated market (demo)</source>
            <translation>模拟市场（演示）(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;View</source>
            <translation>视图(&amp;V)</translation>
        </message>
        <message>
            <source>, </source>
            <comment>between names</comment>
            <translation>、</translation>
        </message>
        <message>
            <source>.</source>
            <comment>end of a sentence</comment>
            <translation>。</translation>
        </message>
        <message>
            <source>1 notice</source>
            <translation>1 条提示</translation>
        </message>
        <message>
            <source>1 thing not known</source>
            <translation>1 项未知</translation>
        </message>
        <message>
            <source>12 months out less policy rate</source>
            <translation>12 个月后隐含利率减政策利率</translation>
        </message>
        <message>
            <source>1h / 4h</source>
            <comment>time frames</comment>
            <translation>1h / 4h</translation>
        </message>
        <message>
            <source>1h and 4h do not contradict each other.</source>
            <translation>1h 与 4h 不互相矛盾。</translation>
        </message>
        <message>
            <source>1h and 4h point in opposite directions</source>
            <translation>1h 与 4h 方向相反</translation>
        </message>
        <message>
            <source>1h and 4h point in opposite directions: {names}. No trade is a valid answer.</source>
            <translation>1h 与 4h 方向相反：{names}。不交易也是有效的答案。</translation>
        </message>
        <message>
            <source>1h, 4h disagree</source>
            <translation>1h、4h 不一致</translation>
        </message>
        <message>
            <source>2-year yield less the policy rate: below zero the market expects cuts.</source>
            <translation>2 年期收益率减政策利率：低于零表示市场预期降息。</translation>
        </message>
        <message>
            <source>24 h {oi}, price {price}</source>
            <translation>24 小时 {oi}，价格 {price}</translation>
        </message>
        <message>
            <source>2Y change 20 d</source>
            <translation>2 年期变动 20 日</translation>
        </message>
        <message>
            <source>2Y less policy rate</source>
            <translation>2 年期减政策利率</translation>
        </message>
        <message>
            <source>2Y – policy</source>
            <translation>2 年期 − 政策利率</translation>
        </message>
        <message>
            <source>7 d</source>
            <comment>span</comment>
            <translation>7 日</translation>
        </message>
        <message>
            <source>7 d {oi}, price {price}</source>
            <translation>7 日 {oi}，价格 {price}</translation>
        </message>
        <message>
            <source>8 h</source>
            <comment>span</comment>
            <translation>8 小时</translation>
        </message>
        <message>
            <source>95% band of ρ, widened for fat tails.</source>
            <translation>ρ 的 95% 区间，已按厚尾加宽。</translation>
        </message>
        <message>
            <source>; </source>
            <comment>between reasons</comment>
            <translation>；</translation>
        </message>
        <message>
            <source>A  volatility normalises</source>
            <translation>A  波动率回归正常</translation>
        </message>
        <message>
            <source>A fault in the program: {message}</source>
            <translation>程序故障：{message}</translation>
        </message>
        <message>
            <source>A handful of episodes carries every number here.</source>
            <translation>这里的每个数字都只由少数几段行情支撑。</translation>
        </message>
        <message>
            <source>A made-up market that goes from calm through a joint fall to recovery. It contacts nothing, and says SIMULATED wherever it is shown.</source>
            <translation>虚构的行情：从平静到股币同跌，再到恢复。不联网；凡显示之处均标明“模拟”。</translation>
        </message>
        <message>
            <source>A move of {amount} counts as a change since the tick.</source>
            <translation>变动达到 {amount} 即视为勾选后已变化。</translation>
        </message>
        <message>
            <source>A new sheet has begun; the one of {day} is kept.</source>
            <translation>新的清单已开始；{day}的清单已保存。</translation>
        </message>
        <message>
            <source>A sheet belongs to a futures day: the next one begins at 18:00 New York.</source>
            <translation>清单按期货交易日划分：下一份于纽约时间 18:00 开始。</translation>
        </message>
        <message>
            <source>A way to read what happens; nothing shows that it foretells anything.</source>
            <translation>只是解读正在发生之事的方式；没有证据表明它能预示什么。</translation>
        </message>
        <message>
            <source>AUC</source>
            <translation>AUC</translation>
        </message>
        <message>
            <source>AUC: 0.5 is chance. A difference whose interval holds 0 is none.</source>
            <translation>AUC：0.5 等于随机。区间含 0 的差异不算差异。</translation>
        </message>
        <message>
            <source>About Barograph</source>
            <translation>关于 Barograph</translation>
        </message>
        <message>
            <source>Action</source>
            <translation>行动</translation>
        </message>
        <message>
            <source>Age of the newest data</source>
            <translation>最新数据距今多久</translation>
        </message>
        <message>
            <source>All pairs</source>
            <translation>全部配对</translation>
        </message>
        <message>
            <source>As of {time} New York</source>
            <translation>截至纽约时间 {time}</translation>
        </message>
        <message>
            <source>As of {time} New York, {age} ago</source>
            <translation>截至纽约时间 {time}，{age}前</translation>
        </message>
        <message>
            <source>As of: {moment} {zone}</source>
            <translation>截至：{moment} {zone}</translation>
        </message>
        <message>
            <source>B  liquidity tightens</source>
            <translation>B  流动性收紧</translation>
        </message>
        <message>
            <source>BTC 24 h</source>
            <translation>BTC 24 小时</translation>
        </message>
        <message>
            <source>BTC 7 d</source>
            <translation>BTC 7 日</translation>
        </message>
        <message>
            <source>BTC day</source>
            <translation>BTC 当日</translation>
        </message>
        <message>
            <source>BTC fall 20 d</source>
            <translation>BTC 跌幅 20 日</translation>
        </message>
        <message>
            <source>BTC funding 7 d</source>
            <translation>BTC 资金费率 7 日</translation>
        </message>
        <message>
            <source>BTC funding and open interest</source>
            <translation>BTC 资金费率和持仓量</translation>
        </message>
        <message>
            <source>BTC hour, stocks shut</source>
            <translation>BTC 一小时（股市休市）</translation>
        </message>
        <message>
            <source>BTC of its 10 d low</source>
            <translation>BTC 占 10 日低点</translation>
        </message>
        <message>
            <source>BTC trend 1h</source>
            <translation>BTC 趋势 1h</translation>
        </message>
        <message>
            <source>BTC trend 4h</source>
            <translation>BTC 趋势 4h</translation>
        </message>
        <message>
            <source>BTC vol 20 d</source>
            <translation>BTC 波动率 20 日</translation>
        </message>
        <message>
            <source>BTC vs 50 d</source>
            <translation>BTC 对 50 日均线</translation>
        </message>
        <message>
            <source>BTC, worse of 2 d</source>
            <translation>BTC 两日中较差</translation>
        </message>
        <message>
            <source>Barograph shows at a glance whether US stocks and crypto are about to be sold together, and why. It places no orders and is not investment advice.</source>
            <translation>Barograph 让你一眼看出美股与加密资产是否即将被同时抛售，以及原因。它不下单，也不构成投资建议。</translation>
        </message>
        <message>
            <source>Barograph {version}
It shows market pressure. It is not investment advice.</source>
            <translation>Barograph {version}
显示市场压力，不构成投资建议。</translation>
        </message>
        <message>
            <source>Barograph · track record · {first} to {last} · rules {rules}</source>
            <translation>Barograph · 往绩 · {first} 至 {last} · 规则 {rules}</translation>
        </message>
        <message>
            <source>Barograph · {day} {time} New York · rules {rules}</source>
            <translation>Barograph · {day} {time} 纽约 · 规则 {rules}</translation>
        </message>
        <message>
            <source>Bars of {interval}</source>
            <translation>{interval} K 线</translation>
        </message>
        <message>
            <source>Bars that end at different instants: all overlapping returns of a session (Hayashi–Yoshida); no band.</source>
            <translation>两者的 K 线不在同一时刻结束：取同一交易时段内所有重叠的收益率（Hayashi–Yoshida）；没有区间。</translation>
        </message>
        <message>
            <source>Begun: episodes whose first event day came with that face.</source>
            <translation>始于：首个事件日落在该灯色下的段数。</translation>
        </message>
        <message>
            <source>Below the diagonal ρ, above it n; blue: against each other, orange: together.</source>
            <translation>对角线下方为 ρ，上方为 n；蓝色：反向，橙色：同向。</translation>
        </message>
        <message>
            <source>Bitcoin</source>
            <translation>比特币</translation>
        </message>
        <message>
            <source>Breadth flag</source>
            <translation>宽度背离</translation>
        </message>
        <message>
            <source>By daily data alone, the form that was tested: {regime}.</source>
            <translation>仅按日线数据（经过检验的形式）：{regime}。</translation>
        </message>
        <message>
            <source>C  policy clarity reflates</source>
            <translation>C  政策明朗、再通胀</translation>
        </message>
        <message>
            <source>C {price}</source>
            <translation>收 {price}</translation>
        </message>
        <message>
            <source>C&amp;harts</source>
            <translation>图表(&amp;H)</translation>
        </message>
        <message>
            <source>CALM</source>
            <translation>平静</translation>
        </message>
        <message>
            <source>CRYPTO</source>
            <translation>加密</translation>
        </message>
        <message>
            <source>CRYPTO SHOCK</source>
            <translation>加密冲击</translation>
        </message>
        <message>
            <source>Calm, leverage building, exhaustion or forced selling; all thresholds are judgement.</source>
            <translation>平静、杠杆堆积、衰竭或强制卖出；所有阈值均出于判断。</translation>
        </message>
        <message>
            <source>Candles</source>
            <translation>蜡烛图</translation>
        </message>
        <message>
            <source>Cascade</source>
            <translation>级联</translation>
        </message>
        <message>
            <source>Chance of one step by 25 bp at the next meeting, the likelier of cut and rise, from futures.</source>
            <translation>期货隐含的下次会议变动 25 bp 的概率，取降息与加息中较大者。</translation>
        </message>
        <message>
            <source>Change between the light and the dark theme</source>
            <translation>切换浅色与深色主题</translation>
        </message>
        <message>
            <source>Change of the 2-year yield over 20 sessions, as a stand-in for the policy path.</source>
            <translation>2 年期收益率 20 个交易日的变动，代替政策路径。</translation>
        </message>
        <message>
            <source>Change of the policy path, or of the 2-year yield, over 10 sessions; fast from 15 bp on.</source>
            <translation>政策路径或 2 年期收益率 10 个交易日的变动；15 bp 起为快速。</translation>
        </message>
        <message>
            <source>Charts</source>
            <translation>图表</translation>
        </message>
        <message>
            <source>Checklist</source>
            <translation>清单</translation>
        </message>
        <message>
            <source>Choose a feed</source>
            <translation>选择数据源</translation>
        </message>
        <message>
            <source>Clock</source>
            <translation>时钟</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Close the report</source>
            <translation>关闭报告</translation>
        </message>
        <message>
            <source>Co-movement</source>
            <translation>联动</translation>
        </message>
        <message>
            <source>Contacts these hosts, and no others:</source>
            <translation>只连接以下主机：</translation>
        </message>
        <message>
            <source>Contributions add up to {score}</source>
            <translation>各项贡献合计 {score}</translation>
        </message>
        <message>
            <source>Contributions to the score</source>
            <translation>对分数的贡献</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Copy the report</source>
            <translation>复制报告</translation>
        </message>
        <message>
            <source>Correlation</source>
            <translation>相关性</translation>
        </message>
        <message>
            <source>Correlation 1 h</source>
            <translation>相关性 1 小时</translation>
        </message>
        <message>
            <source>Correlation 4 h</source>
            <translation>相关性 4 小时</translation>
        </message>
        <message>
            <source>Correlation S&amp;P – BTC</source>
            <translation>相关性 标普 – BTC</translation>
        </message>
        <message>
            <source>Correlations of all pairs</source>
            <translation>全部配对的相关系数</translation>
        </message>
        <message>
            <source>Correlations of {interval} returns</source>
            <translation>{interval} 收益率的相关系数</translation>
        </message>
        <message>
            <source>Could not be judged: {inputs}.</source>
            <translation>无法判断：{inputs}。</translation>
        </message>
        <message>
            <source>Crypto</source>
            <translation>加密货币</translation>
        </message>
        <message>
            <source>Crypto alone; the light asks for stocks as well.</source>
            <translation>仅限加密市场；信号灯还要看股市。</translation>
        </message>
        <message>
            <source>Crypto deleveraging</source>
            <translation>加密去杠杆</translation>
        </message>
        <message>
            <source>Crypto had a hard hour while stocks could not trade.</source>
            <translation>股市无法交易时，加密市场经历了艰难的一小时。</translation>
        </message>
        <message>
            <source>Crypto sells by force: liquidations, and open interest leaves.</source>
            <translation>加密市场被迫卖出：强平涌现，未平仓量流失。</translation>
        </message>
        <message>
            <source>Crypto structure</source>
            <translation>加密结构</translation>
        </message>
        <message>
            <source>Daily closes of both at 16:00 New York.</source>
            <translation>两者均取纽约 16:00 的日收盘。</translation>
        </message>
        <message>
            <source>Daily closes {period}: odds, not a forecast.</source>
            <translation>{period} 每日收盘：是历史频率，不是预测。</translation>
        </message>
        <message>
            <source>Daily closes {period}: odds, not a forecast; the rules were chosen in sight of these days.</source>
            <translation>{period} 每日收盘：是历史频率，不是预测；规则是看着这些日子选定的。</translation>
        </message>
        <message>
            <source>Decision</source>
            <translation>决策</translation>
        </message>
        <message>
            <source>Deleveraging</source>
            <translation>去杠杆阶段</translation>
        </message>
        <message>
            <source>Demo: simulated market, seed {seed}</source>
            <translation>演示：模拟市场，种子 {seed}</translation>
        </message>
        <message>
            <source>Details</source>
            <translation>详情</translation>
        </message>
        <message>
            <source>Details of this notice</source>
            <translation>此通知的详情</translation>
        </message>
        <message>
            <source>Dismiss</source>
            <translation>知道了</translation>
        </message>
        <message>
            <source>Dismiss this notice</source>
            <translation>关闭此通知</translation>
        </message>
        <message>
            <source>Diversification lost, from one to the other</source>
            <translation>两者之差：失去的分散化</translation>
        </message>
        <message>
            <source>Dollar (DXY)</source>
            <translation>美元 (DXY)</translation>
        </message>
        <message>
            <source>Dollar 20 d</source>
            <translation>美元 20 日</translation>
        </message>
        <message>
            <source>Dollar and 10Y 20 d</source>
            <translation>美元与 10 年期 20 日</translation>
        </message>
        <message>
            <source>Dollar or VIX high</source>
            <translation>美元或 VIX 偏高</translation>
        </message>
        <message>
            <source>Dollar up, yields not down</source>
            <translation>美元升、收益率未降</translation>
        </message>
        <message>
            <source>ES trend 1h</source>
            <translation>ES 趋势 1h</translation>
        </message>
        <message>
            <source>ES trend 4h</source>
            <translation>ES 趋势 4h</translation>
        </message>
        <message>
            <source>EWMA forecast</source>
            <translation>EWMA 预测</translation>
        </message>
        <message>
            <source>Each session adds one line. No share, hit or miss means anything before.</source>
            <translation>每个交易日增加一行。在此之前，任何比例、命中或漏报都没有意义。</translation>
        </message>
        <message>
            <source>Either correlation lies at 0.7 or above: stocks and crypto move as one book.</source>
            <translation>任一相关系数达 0.7 以上：股市与加密如同一本账簿。</translation>
        </message>
        <message>
            <source>Equal wt vs SPX</source>
            <translation>等权 对 SPX</translation>
        </message>
        <message>
            <source>Equity leadership</source>
            <translation>股市领涨</translation>
        </message>
        <message>
            <source>Ether</source>
            <translation>以太币</translation>
        </message>
        <message>
            <source>Evidence</source>
            <translation>依据</translation>
        </message>
        <message>
            <source>Exponentially weighted correlation of 4-hour returns at the same instants, half-life 15 bars.</source>
            <translation>相同时刻 4 小时收益率的指数加权相关系数，半衰期 15 根。</translation>
        </message>
        <message>
            <source>Exponentially weighted correlation of daily log returns, decay 0.94, zero mean.</source>
            <translation>日对数收益率的指数加权相关系数，衰减 0.94，零均值。</translation>
        </message>
        <message>
            <source>Exponentially weighted correlation of hourly returns at the same instants, half-life 24 bars.</source>
            <translation>相同时刻小时收益率的指数加权相关系数，半衰期 24 根。</translation>
        </message>
        <message>
            <source>Exponentially weighted correlation, zero mean.</source>
            <translation>指数加权相关系数，零均值。</translation>
        </message>
        <message>
            <source>FLUSH: a tenth of the coins left within a day</source>
            <translation>出清：一天内流失十分之一的持仓</translation>
        </message>
        <message>
            <source>Fault report</source>
            <translation>故障报告</translation>
        </message>
        <message>
            <source>Fed funds rate</source>
            <translation>联邦基金利率</translation>
        </message>
        <message>
            <source>Fed target, high</source>
            <translation>联储目标利率上限</translation>
        </message>
        <message>
            <source>Fed target, low</source>
            <translation>联储目标利率下限</translation>
        </message>
        <message>
            <source>Feeds</source>
            <translation>数据源</translation>
        </message>
        <message>
            <source>Fetching history: waiting for {inputs}.</source>
            <translation>正在获取历史数据：等待 {inputs}。</translation>
        </message>
        <message>
            <source>Forced longs, peak hour</source>
            <translation>多头强平峰值（时）</translation>
        </message>
        <message>
            <source>Forced selling has been quiet for hours, not yet for days.</source>
            <translation>强制卖出已平息数小时，但还不到数日。</translation>
        </message>
        <message>
            <source>Forced selling in crypto</source>
            <translation>加密强制卖出</translation>
        </message>
        <message>
            <source>Funding 7 d, pctl</source>
            <translation>资金费率 7 日，百分位</translation>
        </message>
        <message>
            <source>Funding 8 h</source>
            <translation>资金费率 8 小时</translation>
        </message>
        <message>
            <source>Funding BTC</source>
            <translation>BTC 资金费率</translation>
        </message>
        <message>
            <source>Garman-Klass volatility of bitcoin over 20 days, a year's worth, in percent.</source>
            <translation>比特币 20 日 Garman-Klass 波动率，年化，百分比。</translation>
        </message>
        <message>
            <source>Gold, bonds fall too</source>
            <translation>黄金、债券也跌</translation>
        </message>
        <message>
            <source>Growth volatility rises</source>
            <translation>成长股波动率上升</translation>
        </message>
        <message>
            <source>H {price}</source>
            <translation>高 {price}</translation>
        </message>
        <message>
            <source>HAR forecast</source>
            <translation>HAR 预测</translation>
        </message>
        <message>
            <source>High yield 10 d</source>
            <translation>高收益债 10 日</translation>
        </message>
        <message>
            <source>High yield 20 d</source>
            <translation>高收益债 20 日</translation>
        </message>
        <message>
            <source>High yield 5 d</source>
            <translation>高收益债 5 日</translation>
        </message>
        <message>
            <source>Hollow: not distinguishable from the score on the same days.</source>
            <translation>空心：在相同日期上与分数无法区分。</translation>
        </message>
        <message>
            <source>Horizon</source>
            <translation>期限</translation>
        </message>
        <message>
            <source>How far bitcoin has fallen and how fast it moves.</source>
            <translation>比特币跌了多少，波动多快。</translation>
        </message>
        <message>
            <source>How fast the growth index moves, against its own last three years.</source>
            <translation>成长股指数的波动速度，与其自身近三年相比。</translation>
        </message>
        <message>
            <source>How much faster than real time the market's clock runs</source>
            <translation>市场时钟比实际时间快多少</translation>
        </message>
        <message>
            <source>I am wrong if …</source>
            <translation>若……则我错了</translation>
        </message>
        <message>
            <source>If nothing that is missing made it worse: {plans}.</source>
            <translation>若缺失项未使情况变差：{plans}。</translation>
        </message>
        <message>
            <source>In brackets the 95% interval. Falls close together are one episode.</source>
            <translation>方括号内为 95% 区间。相近的下跌算作一段。</translation>
        </message>
        <message>
            <source>In brackets: 95% of {draws} draws of a stationary block bootstrap, mean block {block} sessions.</source>
            <translation>括号内：平稳区块自助法 {draws} 次抽样的 95% 区间，平均区块 {block} 个交易日。</translation>
        </message>
        <message>
            <source>Inputs: {inputs}</source>
            <translation>输入：{inputs}</translation>
        </message>
        <message>
            <source>It followed {base} of all days.</source>
            <translation>所有日子中有 {base} 之后出现。</translation>
        </message>
        <message>
            <source>It rests on crypto's own legs; credit is calm.</source>
            <translation>依据仅来自加密市场自身；信用市场平静。</translation>
        </message>
        <message>
            <source>Its bars begin later</source>
            <translation>其 K 线自更晚时开始</translation>
        </message>
        <message>
            <source>Its market is closed and the last close is here.</source>
            <translation>市场已收盘，此为最后收盘值。</translation>
        </message>
        <message>
            <source>Its market is in its daily break.</source>
            <translation>市场处于每日休市时段。</translation>
        </message>
        <message>
            <source>Its volatility over 5 sessions divided by that over 60: above 1, it is rising.</source>
            <translation>5 日波动率除以 60 日波动率：大于 1 表示上升。</translation>
        </message>
        <message>
            <source>Joint falls 60 d</source>
            <translation>同跌 60 日</translation>
        </message>
        <message>
            <source>Joint falls S&amp;P – BTC</source>
            <translation>同跌 标普 – BTC</translation>
        </message>
        <message>
            <source>Joint falls: what both lost together, over 60 returns.</source>
            <translation>同跌：60 个收益率内两者共同的损失。</translation>
        </message>
        <message>
            <source>Jump to this time, New York</source>
            <translation>跳到此时刻（纽约时间）</translation>
        </message>
        <message>
            <source>Kind of stress</source>
            <translation>压力类型</translation>
        </message>
        <message>
            <source>L {price}</source>
            <translation>低 {price}</translation>
        </message>
        <message>
            <source>LIQUIDITY SHOCK</source>
            <translation>流动性冲击</translation>
        </message>
        <message>
            <source>Last success {age} ago</source>
            <translation>上次成功：{age}前</translation>
        </message>
        <message>
            <source>Last success {time} New York</source>
            <translation>上次成功：纽约时间 {time}</translation>
        </message>
        <message>
            <source>Leaders &gt; 20 d</source>
            <translation>龙头 &gt; 20 日</translation>
        </message>
        <message>
            <source>Leaders &gt; 50 d</source>
            <translation>龙头 &gt; 50 日</translation>
        </message>
        <message>
            <source>Leaders below 50 d</source>
            <translation>龙头低于 50 日均线</translation>
        </message>
        <message>
            <source>Leaders vs S&amp;P 20 d</source>
            <translation>龙头对标普 20 日</translation>
        </message>
        <message>
            <source>Leaders vs SPX</source>
            <translation>龙头 对 SPX</translation>
        </message>
        <message>
            <source>Leadership</source>
            <translation>领涨</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>信号灯</translation>
        </message>
        <message>
            <source>Light or dark</source>
            <translation>浅色或深色</translation>
        </message>
        <message>
            <source>Light: {face}, score {score}</source>
            <translation>信号灯：{face}，分数 {score}</translation>
        </message>
        <message>
            <source>Line</source>
            <translation>折线图</translation>
        </message>
        <message>
            <source>Line: the band. Bar: median of its own past. Shaded: 0.7 to 0.9. Filled: elevated.</source>
            <translation>横线：区间。竖线：自身历史中位数。阴影：0.7 至 0.9。实心：偏高。</translation>
        </message>
        <message>
            <source>Lines are 95% of {draws} draws of a stationary block bootstrap, mean block {block} sessions.</source>
            <translation>横线为平稳区块自助法 {draws} 次抽样的 95% 区间，平均区块 {block} 个交易日。</translation>
        </message>
        <message>
            <source>Liq. longs 1 h</source>
            <translation>多头强平 1 小时</translation>
        </message>
        <message>
            <source>Liq. longs BTC</source>
            <translation>BTC 多头强平</translation>
        </message>
        <message>
            <source>Liq. longs of OI 1 h</source>
            <translation>多头强平占持仓 1 小时</translation>
        </message>
        <message>
            <source>Liq. shorts 1 h</source>
            <translation>空头强平 1 小时</translation>
        </message>
        <message>
            <source>Liq. shorts BTC</source>
            <translation>BTC 空头强平</translation>
        </message>
        <message>
            <source>Liquidated in 1 h, observed: longs {longs}, shorts {shorts}</source>
            <translation>1 小时强平（观测）：多头 {longs}，空头 {shorts}</translation>
        </message>
        <message>
            <source>Liquidations, pctl</source>
            <translation>强平，百分位</translation>
        </message>
        <message>
            <source>Liquidations: nobody listens</source>
            <translation>强平：没有监听</translation>
        </message>
        <message>
            <source>Liquidity shock: the first and two of the others</source>
            <translation>流动性冲击：第一项，加其余任意两项</translation>
        </message>
        <message>
            <source>Live market</source>
            <translation>实时市场</translation>
        </message>
        <message>
            <source>Log change of open interest in coins over 7 days in which the price fell, otherwise zero.</source>
            <translation>7 日内价格下跌时，以币计未平仓量的对数变化，否则为零。</translation>
        </message>
        <message>
            <source>Log return of 20 bars over its usual size; below 1 there is no trend.</source>
            <translation>20 根K线的对数收益率除以其常见幅度；低于 1 即无趋势。</translation>
        </message>
        <message>
            <source>Log return of bitcoin over 20 sessions, sign turned.</source>
            <translation>比特币 20 个交易日对数收益率，取反。</translation>
        </message>
        <message>
            <source>Log return of the equally weighted S&amp;P 500 less its own over 20 sessions: negative, few shares carry it.</source>
            <translation>等权标普 500 的 20 日对数收益率减标普 500 的：为负表示由少数个股支撑。</translation>
        </message>
        <message>
            <source>Log return of the equally weighted leaders less that of the S&amp;P 500 over 20 sessions, sign turned.</source>
            <translation>等权龙头股 20 个交易日对数收益率减标普 500 的，取反。</translation>
        </message>
        <message>
            <source>Log return of the equally weighted leaders less that of the S&amp;P 500 over 20 sessions.</source>
            <translation>等权龙头股 20 日对数收益率减标普 500 的。</translation>
        </message>
        <message>
            <source>Log return of the semiconductor ETF less that of the S&amp;P 500 over 20 sessions.</source>
            <translation>半导体 ETF 20 日对数收益率减标普 500 的。</translation>
        </message>
        <message>
            <source>Log return of the software ETF less that of the S&amp;P 500 over 20 sessions.</source>
            <translation>软件 ETF 20 日对数收益率减标普 500 的。</translation>
        </message>
        <message>
            <source>Longs closed by force in the hour, in basis points of the same venue's open interest.</source>
            <translation>该小时被强平的多头，以同一交易所未平仓量的基点计。</translation>
        </message>
        <message>
            <source>Longs closed by force in the last hour, as observed: a lower bound.</source>
            <translation>过去一小时被强平的多头，按观测：为下限。</translation>
        </message>
        <message>
            <source>Longs closed by force in the worst hour of the last 24, in basis points of open interest.</source>
            <translation>过去 24 小时内最严重一小时被强平的多头，以未平仓量的基点计。</translation>
        </message>
        <message>
            <source>Lower end of the 95% band of the correlation, widened for fat tails.</source>
            <translation>相关系数 95% 区间下端，已按厚尾加宽。</translation>
        </message>
        <message>
            <source>Macro</source>
            <translation>宏观</translation>
        </message>
        <message>
            <source>Mean funding of 7 days, a year's worth: what longs pay for their leverage.</source>
            <translation>7 日平均资金费率的年化值：多头为杠杆付出的代价。</translation>
        </message>
        <message>
            <source>Mean of the pairs {rho}; one common factor carries {share}.</source>
            <translation>配对均值 {rho}；单一共同因子占 {share}。</translation>
        </message>
        <message>
            <source>Mean over venues, weighted by open interest.</source>
            <translation>各交易所按未平仓量加权的均值。</translation>
        </message>
        <message>
            <source>Mean product of the negative returns, scaled by both volatilities, over 60 sessions.</source>
            <translation>60 个交易日内负收益乘积的均值，按两者波动率缩放。</translation>
        </message>
        <message>
            <source>Median lead {n} sessions.</source>
            <translation>领先中位数 {n} 个交易日。</translation>
        </message>
        <message>
            <source>Median of {days} days of its own past: {median}.</source>
            <translation>自身历史 {days} 天的中位数：{median}。</translation>
        </message>
        <message>
            <source>Menu</source>
            <translation>菜单</translation>
        </message>
        <message>
            <source>Missing:</source>
            <translation>缺失：</translation>
        </message>
        <message>
            <source>Move at next FOMC</source>
            <translation>下次 FOMC 变动概率</translation>
        </message>
        <message>
            <source>Moved: {movers}</source>
            <translation>变动：{movers}</translation>
        </message>
        <message>
            <source>NO DATA</source>
            <translation>无数据</translation>
        </message>
        <message>
            <source>NO TRADE: {reasons}.</source>
            <translation>不交易：{reasons}。</translation>
        </message>
        <message>
            <source>NONE</source>
            <translation>无</translation>
        </message>
        <message>
            <source>Nasdaq day</source>
            <translation>纳指当日</translation>
        </message>
        <message>
            <source>Nasdaq vol 20 d</source>
            <translation>纳指波动率 20 日</translation>
        </message>
        <message>
            <source>Nasdaq vol 5 d / 20 d</source>
            <translation>纳指波动率 5 日 / 20 日</translation>
        </message>
        <message>
            <source>Nasdaq vol 5 d / 60 d</source>
            <translation>纳指波动率 5 日 / 60 日</translation>
        </message>
        <message>
            <source>Nasdaq-100</source>
            <translation>纳斯达克 100</translation>
        </message>
        <message>
            <source>Nasdaq-100 ETF</source>
            <translation>纳斯达克 100 ETF</translation>
        </message>
        <message>
            <source>Nasdaq-100 futures</source>
            <translation>纳斯达克 100 期货</translation>
        </message>
        <message>
            <source>Neither a liquidity shock nor a trend break nor a volatility event.</source>
            <translation>既非流动性冲击，也非趋势破位，也非波动事件。</translation>
        </message>
        <message>
            <source>Neither equity leadership nor co-movement has a usable input.</source>
            <translation>股市领涨与联动均无可用输入。</translation>
        </message>
        <message>
            <source>Neither leverage being built nor forced selling.</source>
            <translation>既无杠杆堆积，也无强制卖出。</translation>
        </message>
        <message>
            <source>Net advances 10 d</source>
            <translation>净上涨家数 10 日</translation>
        </message>
        <message>
            <source>New York</source>
            <translation>纽约</translation>
        </message>
        <message>
            <source>New York Fed</source>
            <translation>纽约联储</translation>
        </message>
        <message>
            <source>New York {time} · checklist day {day}</source>
            <translation>纽约 {time} · 清单日 {day}</translation>
        </message>
        <message>
            <source>Newer than its age limit.</source>
            <translation>未超过时效。</translation>
        </message>
        <message>
            <source>Newest data of {time} New York</source>
            <translation>最新数据：纽约时间 {time}</translation>
        </message>
        <message>
            <source>Next try in {age}</source>
            <translation>{age}后重试</translation>
        </message>
        <message>
            <source>No account and no key is needed.</source>
            <translation>无需账户，也无需密钥。</translation>
        </message>
        <message>
            <source>No answer yet</source>
            <translation>尚无应答</translation>
        </message>
        <message>
            <source>No correlation has been worked out yet.</source>
            <translation>尚未算出任何相关系数。</translation>
        </message>
        <message>
            <source>No feed has answered yet.</source>
            <translation>尚无数据源应答。</translation>
        </message>
        <message>
            <source>No newer bar than that of {moment}</source>
            <translation>最新 K 线为 {moment}</translation>
        </message>
        <message>
            <source>No perpetuals are watched, or nothing of them is known yet.</source>
            <translation>未观察永续合约，或尚无其数据。</translation>
        </message>
        <message>
            <source>No scenario dominates. Counts of evidence, not probabilities.</source>
            <translation>没有占优的情景。这是证据计数，不是概率。</translation>
        </message>
        <message>
            <source>No score yet</source>
            <translation>尚无分数</translation>
        </message>
        <message>
            <source>No score yet.</source>
            <translation>尚无分数。</translation>
        </message>
        <message>
            <source>No score: too little is known.</source>
            <translation>无分数：已知信息太少。</translation>
        </message>
        <message>
            <source>No session has been judged yet.</source>
            <translation>尚未评估任何交易日。</translation>
        </message>
        <message>
            <source>No usable input: not part of the score.</source>
            <translation>无可用输入：不计入分数。</translation>
        </message>
        <message>
            <source>No {interval} bars of {name}</source>
            <translation>没有 {name} 的 {interval} K 线</translation>
        </message>
        <message>
            <source>No {interval} bars of {name} from these sources</source>
            <translation>这些来源没有 {name} 的 {interval} K 线</translation>
        </message>
        <message>
            <source>No {interval} bars of {name} in the simulated market</source>
            <translation>模拟市场中没有 {name} 的 {interval} K 线</translation>
        </message>
        <message>
            <source>No {interval} bars of {name} in this folder</source>
            <translation>此文件夹中没有 {name} 的 {interval} K 线</translation>
        </message>
        <message>
            <source>No {interval} returns are known yet.</source>
            <translation>尚无 {interval} 收益率。</translation>
        </message>
        <message>
            <source>Not enough past yet for a percentile.</source>
            <translation>历史不足，尚无法计算百分位。</translation>
        </message>
        <message>
            <source>Not enough past yet: {left} more sessions are needed before the light can be judged.</source>
            <translation>历史不足：还需 {left} 个交易日才能判断。</translation>
        </message>
        <message>
            <source>Not known: neither market has enough past.</source>
            <translation>未知：两个市场的历史均不足。</translation>
        </message>
        <message>
            <source>Not saved: {error}</source>
            <translation>未保存：{error}</translation>
        </message>
        <message>
            <source>Note</source>
            <translation>备注</translation>
        </message>
        <message>
            <source>Note – Enter saves</source>
            <translation>备注 – 回车保存</translation>
        </message>
        <message>
            <source>Nothing about you is sent: only requests for public prices go out. These hosts see your IP address, as every website does.</source>
            <translation>不发送任何与你有关的信息：只请求公开行情。与访问任何网站一样，这些主机会看到你的 IP 地址。</translation>
        </message>
        <message>
            <source>Nothing has been worked out yet.</source>
            <translation>尚未算出任何结果。</translation>
        </message>
        <message>
            <source>Notices</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>O {price}</source>
            <translation>开 {price}</translation>
        </message>
        <message>
            <source>OI BTC</source>
            <translation>BTC 未平仓量</translation>
        </message>
        <message>
            <source>OI against price 7 d</source>
            <translation>逆价持仓 7 日</translation>
        </message>
        <message>
            <source>Odds and volatility, not direction: RISK-OFF does not say that prices will fall.</source>
            <translation>说的是概率与波动，而非方向：避险并不表示价格会下跌。</translation>
        </message>
        <message>
            <source>Older than its session allows; not used.</source>
            <translation>超过该交易时段允许的时效；不使用。</translation>
        </message>
        <message>
            <source>On {share} of days.</source>
            <translation>{share} 的日子亮起。</translation>
        </message>
        <message>
            <source>Open contracts in coins, so that a move of the price alone does not change it.</source>
            <translation>以币计的未平仓量，价格变动本身不会改变它。</translation>
        </message>
        <message>
            <source>Open interest</source>
            <translation>未平仓量</translation>
        </message>
        <message>
            <source>Open interest 24 h</source>
            <translation>未平仓量 24 小时</translation>
        </message>
        <message>
            <source>Open interest 7 d</source>
            <translation>未平仓量 7 日</translation>
        </message>
        <message>
            <source>Open interest up, price down</source>
            <translation>未平仓量升、价格跌</translation>
        </message>
        <message>
            <source>Open interest {coins} {coin}</source>
            <translation>未平仓量 {coins} {coin}</translation>
        </message>
        <message>
            <source>Open interest: not known</source>
            <translation>未平仓量：未知</translation>
        </message>
        <message>
            <source>Open step {number}: {name}</source>
            <translation>打开第 {number} 步：{name}</translation>
        </message>
        <message>
            <source>Paid each {h} hours.</source>
            <translation>每 {h} 小时支付一次。</translation>
        </message>
        <message>
            <source>Past its first age limit, or from a feed that is known to be delayed. Still used.</source>
            <translation>超过第一时效，或来自已知延迟的数据源。仍使用。</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>暂停</translation>
        </message>
        <message>
            <source>Pause the clock of this step</source>
            <translation>暂停此步骤的计时</translation>
        </message>
        <message>
            <source>Percentile of the 7-day mean among {n} days of its own past.</source>
            <translation>7 日均值在自身 {n} 天历史中的百分位。</translation>
        </message>
        <message>
            <source>Percentile of the last three years: {n}</source>
            <translation>近三年百分位：{n}</translation>
        </message>
        <message>
            <source>Place in the recording</source>
            <translation>在记录中的位置</translation>
        </message>
        <message>
            <source>Place of the 7-day mean funding among its own past.</source>
            <translation>7 日平均资金费率在自身历史中的位置。</translation>
        </message>
        <message>
            <source>Plan</source>
            <translation>计划</translation>
        </message>
        <message>
            <source>Playback</source>
            <translation>回放</translation>
        </message>
        <message>
            <source>Plot of {name}</source>
            <translation>{name} 图</translation>
        </message>
        <message>
            <source>Points since the last evaluation: {movers}</source>
            <translation>自上次评估以来的分数变动：{movers}</translation>
        </message>
        <message>
            <source>Policy path</source>
            <translation>政策路径</translation>
        </message>
        <message>
            <source>Policy path 10 d</source>
            <translation>政策路径 10 日</translation>
        </message>
        <message>
            <source>Policy path 12 m</source>
            <translation>政策路径 12 个月</translation>
        </message>
        <message>
            <source>Policy rate that futures imply twelve months out, less the one of now.</source>
            <translation>期货隐含的十二个月后政策利率减当前政策利率。</translation>
        </message>
        <message>
            <source>Precursors</source>
            <translation>先兆</translation>
        </message>
        <message>
            <source>Price of bitcoin.</source>
            <translation>比特币价格。</translation>
        </message>
        <message>
            <source>Price of ether.</source>
            <translation>以太币价格。</translation>
        </message>
        <message>
            <source>Public since {time} New York</source>
            <translation>纽约时间 {time} 起公开</translation>
        </message>
        <message>
            <source>REPLAY</source>
            <translation>回放</translation>
        </message>
        <message>
            <source>RISK-OFF</source>
            <translation>避险</translation>
        </message>
        <message>
            <source>RISK-OFF hit {hit} of {n} episodes, missed {missed}; {start} of them it met on their first day.</source>
            <translation>避险命中 {n} 段中的 {hit} 段，漏掉 {missed} 段；其中 {start} 段在首日即亮。</translation>
        </message>
        <message>
            <source>RISK-OFF once, on {days} of {lit} sessions</source>
            <translation>避险 1 次，{lit} 个交易日中的 {days} 个</translation>
        </message>
        <message>
            <source>RISK-OFF {runs} times, on {days} of {lit} sessions</source>
            <translation>避险 {runs} 次，{lit} 个交易日中的 {days} 个</translation>
        </message>
        <message>
            <source>Rank: Spearman's of the last 60 returns; far from ρ, a few days make it.</source>
            <translation>秩：最近 60 个收益率的 Spearman 系数；与 ρ 相差很大时，由少数几天造成。</translation>
        </message>
        <message>
            <source>Real 10Y</source>
            <translation>实际 10 年期</translation>
        </message>
        <message>
            <source>Real 10Y 20 d</source>
            <translation>实际 10 年期 20 日</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>理由</translation>
        </message>
        <message>
            <source>Record decision</source>
            <translation>记录决策</translation>
        </message>
        <message>
            <source>Regime</source>
            <translation>市况</translation>
        </message>
        <message>
            <source>Repricing 10 d</source>
            <translation>重新定价 10 日</translation>
        </message>
        <message>
            <source>Requests of the last hour, and how many are allowed in an hour</source>
            <translation>最近一小时的请求数，以及每小时的上限</translation>
        </message>
        <message>
            <source>Reset &amp;layout</source>
            <translation>恢复布局(&amp;L)</translation>
        </message>
        <message>
            <source>Risk budget</source>
            <translation>风险预算</translation>
        </message>
        <message>
            <source>Rolling correlations are worked out on 1h, 4h and 1d</source>
            <translation>滚动相关系数仅按 1h、4h 与 1d 计算</translation>
        </message>
        <message>
            <source>Runs a year {runs}, false {false}.</source>
            <translation>每年亮 {runs} 次，其中误报 {false} 次。</translation>
        </message>
        <message>
            <source>S&amp;P 500</source>
            <translation>标普 500</translation>
        </message>
        <message>
            <source>S&amp;P 500 ETF</source>
            <translation>标普 500 ETF</translation>
        </message>
        <message>
            <source>S&amp;P 500 futures</source>
            <translation>标普 500 期货</translation>
        </message>
        <message>
            <source>S&amp;P day</source>
            <translation>标普当日</translation>
        </message>
        <message>
            <source>S&amp;P or BTC falls far</source>
            <translation>标普或 BTC 大跌</translation>
        </message>
        <message>
            <source>S&amp;P volatility</source>
            <translation>标普波动率</translation>
        </message>
        <message>
            <source>S&amp;P vs 50 d</source>
            <translation>标普对 50 日均线</translation>
        </message>
        <message>
            <source>S&amp;P −2% and BTC −6% within 5 sessions</source>
            <translation>5 个交易日内标普 −2% 且 BTC −6%</translation>
        </message>
        <message>
            <source>S&amp;P −4% and BTC −12% within 10 sessions</source>
            <translation>10 个交易日内标普 −4% 且 BTC −12%</translation>
        </message>
        <message>
            <source>S&amp;P, BTC below 50 d</source>
            <translation>标普、BTC 低于 50 日均线</translation>
        </message>
        <message>
            <source>SHOCK</source>
            <translation>冲击</translation>
        </message>
        <message>
            <source>SIMULATED</source>
            <translation>模拟</translation>
        </message>
        <message>
            <source>Sampled at the same instants of the cash session.</source>
            <translation>在现货时段的相同时刻取样。</translation>
        </message>
        <message>
            <source>Sampled at the same instants of the futures' grid; no return across a break or a weekend.</source>
            <translation>在期货时段的相同时刻取样；不跨休市或周末计算收益率。</translation>
        </message>
        <message>
            <source>Scenarios</source>
            <translation>情景</translation>
        </message>
        <message>
            <source>Score</source>
            <translation>分数</translation>
        </message>
        <message>
            <source>Score from 0 to 100: weighted percentiles of five pillars over three years.</source>
            <translation>分数 0 至 100：五大支柱三年百分位的加权。</translation>
        </message>
        <message>
            <source>Score {score} of 100</source>
            <translation>分数 {score}（满分 100）</translation>
        </message>
        <message>
            <source>Semis vs SPX</source>
            <translation>半导体 对 SPX</translation>
        </message>
        <message>
            <source>Sessions before the first start here were judged afterwards, on history fetched then.</source>
            <translation>本机首次启动之前的交易日，是事后用届时取得的历史数据评判的。</translation>
        </message>
        <message>
            <source>Share of the book to hold, k × {m}</source>
            <translation>应持有的仓位比例，k × {m}</translation>
        </message>
        <message>
            <source>Share of the large shares watched above their own average of 20 sessions.</source>
            <translation>所观察的大盘股中高于自身 20 日均线的比例。</translation>
        </message>
        <message>
            <source>Share of the large shares watched above their own average of 50 sessions.</source>
            <translation>所观察的大盘股中高于自身 50 日均线的比例。</translation>
        </message>
        <message>
            <source>Share of the large shares watched that closed below their own average of 50 sessions.</source>
            <translation>所观察的大盘股中收盘低于自身 50 日均线的比例。</translation>
        </message>
        <message>
            <source>Share of the leaders' basket above its own average of 20 sessions.</source>
            <translation>龙头篮子中高于自身 20 日均线的比例。</translation>
        </message>
        <message>
            <source>Share of the leaders' basket above its own average of 50 sessions.</source>
            <translation>龙头篮子中高于自身 50 日均线的比例。</translation>
        </message>
        <message>
            <source>Share of the leaders' basket that closed below its own average of 50 sessions.</source>
            <translation>龙头篮子中收盘低于自身 50 日均线的比例。</translation>
        </message>
        <message>
            <source>Shared returns.</source>
            <translation>共有的收益率个数。</translation>
        </message>
        <message>
            <source>Shares &gt; 20 d</source>
            <translation>个股 &gt; 20 日</translation>
        </message>
        <message>
            <source>Shares &gt; 50 d</source>
            <translation>个股 &gt; 50 日</translation>
        </message>
        <message>
            <source>Shares &gt; 50 d, 5 d</source>
            <translation>个股 &gt; 50 日，5 日变动</translation>
        </message>
        <message>
            <source>Shares below 50 d</source>
            <translation>个股低于 50 日均线</translation>
        </message>
        <message>
            <source>Sheet of {day}</source>
            <translation>{day} 清单</translation>
        </message>
        <message>
            <source>Shorts closed by force in the last hour, as observed: a lower bound.</source>
            <translation>过去一小时被强平的空头，按观测：为下限。</translation>
        </message>
        <message>
            <source>Show the Feeds panel</source>
            <translation>显示“数据源”面板</translation>
        </message>
        <message>
            <source>Signs of forced selling</source>
            <translation>强制卖出的迹象</translation>
        </message>
        <message>
            <source>Signs of leverage building</source>
            <translation>杠杆堆积的迹象</translation>
        </message>
        <message>
            <source>Similar past days</source>
            <translation>相似的历史日</translation>
        </message>
        <message>
            <source>Simulated market</source>
            <translation>模拟市场</translation>
        </message>
        <message>
            <source>Software vs SPX</source>
            <translation>软件 对 SPX</translation>
        </message>
        <message>
            <source>Some exchanges do not serve some countries; Barograph then uses the next one.</source>
            <translation>部分交易所不向某些国家和地区提供服务；此时 Barograph 改用下一家。</translation>
        </message>
        <message>
            <source>Something in the program went wrong; the rest goes on. Nothing has been sent anywhere.</source>
            <translation>程序的某一部分出错；其余继续运行。没有向任何地方发送任何内容。</translation>
        </message>
        <message>
            <source>Source: {source}</source>
            <translation>来源：{source}</translation>
        </message>
        <message>
            <source>Sources</source>
            <translation>来源</translation>
        </message>
        <message>
            <source>Speed</source>
            <translation>速度</translation>
        </message>
        <message>
            <source>Start the clock of this step</source>
            <translation>开始此步骤的计时</translation>
        </message>
        <message>
            <source>Step to the next bar</source>
            <translation>前进到下一根 K 线</translation>
        </message>
        <message>
            <source>Still missing: {parts}</source>
            <translation>尚缺：{parts}</translation>
        </message>
        <message>
            <source>Stocks against coins</source>
            <translation>股市对加密币</translation>
        </message>
        <message>
            <source>Stocks and bitcoin both fell far on one day. RISK-OFF holds for three evaluations at least.</source>
            <translation>股票与比特币同日大跌。避险至少保持三次评估。</translation>
        </message>
        <message>
            <source>Stocks and bitcoin stay below their averages, most shares too. A description: it carried no extra danger when it was tested.</source>
            <translation>股市与比特币持续低于均线，多数个股亦然。仅是描述：检验时并不带来额外的危险。</translation>
        </message>
        <message>
            <source>Stocks, growth shares or bitcoin fell unusually far in one day.</source>
            <translation>股市、成长股或比特币一天内跌幅异常。</translation>
        </message>
        <message>
            <source>TREND BREAK</source>
            <translation>趋势破位</translation>
        </message>
        <message>
            <source>Telling days before a joint fall from others: AUC (dashed: chance)</source>
            <translation>区分共同下跌前的日子与其他日子：AUC（虚线：随机）</translation>
        </message>
        <message>
            <source>The Fed's meeting dates in this version end on {0}; a newer version has later ones.</source>
            <translation>此版本所含的美联储议息日期截至 {0}；更新的版本会有之后的日期。</translation>
        </message>
        <message>
            <source>The answer could not be used; nothing of it was taken over.</source>
            <translation>应答无法使用，未采用其中任何内容。</translation>
        </message>
        <message>
            <source>The dollar against six currencies.</source>
            <translation>美元对六种货币。</translation>
        </message>
        <message>
            <source>The engine has not answered for a while; it is being started again.</source>
            <translation>引擎已有一段时间未应答；正在重新启动。</translation>
        </message>
        <message>
            <source>The engine is not answering. What is shown below is from its last answer.</source>
            <translation>引擎未应答。以下显示的是其最后一次应答。</translation>
        </message>
        <message>
            <source>The engine is starting.</source>
            <translation>引擎正在启动。</translation>
        </message>
        <message>
            <source>The engine stopped and will not start again with the same input.</source>
            <translation>引擎已停止，同样的输入下不会再启动。</translation>
        </message>
        <message>
            <source>The engine stopped unexpectedly; it is being started again.</source>
            <translation>引擎意外停止；正在重新启动。</translation>
        </message>
        <message>
            <source>The index holds while breadth does not: fewer shares stand above their averages.</source>
            <translation>指数守住而宽度没有：站上均线的个股变少。</translation>
        </message>
        <message>
            <source>The interval holds 1: it cannot be told from no lift.</source>
            <translation>区间含 1：与没有提升无法区分。</translation>
        </message>
        <message>
            <source>The interval was shortened: itself a sign of stress.</source>
            <translation>结算间隔被缩短：本身就是压力的迹象。</translation>
        </message>
        <message>
            <source>The leading shares broke: most stand below their average, or they lag the index.</source>
            <translation>龙头股破位：多数低于均线，或落后于指数。</translation>
        </message>
        <message>
            <source>The light against both prices</source>
            <translation>信号灯与两种价格</translation>
        </message>
        <message>
            <source>The light of this session may still change when these values come:</source>
            <translation>以下数据到达后，本交易日的信号灯仍可能改变：</translation>
        </message>
        <message>
            <source>The light through time, with both prices</source>
            <translation>信号灯的历史，以及两种价格</translation>
        </message>
        <message>
            <source>The light's own log is being read.</source>
            <translation>正在读取信号灯自身的记录。</translation>
        </message>
        <message>
            <source>The light's own log on this computer</source>
            <translation>本机信号灯自身的记录</translation>
        </message>
        <message>
            <source>The nearest by the five pillars among {n} sessions. {days} days are an anecdote, not a forecast.</source>
            <translation>在 {n} 个交易日中按五大支柱最接近的。{days} 天只是个例，不是预测。</translation>
        </message>
        <message>
            <source>The policy path, the dollar or real yields moved fast.</source>
            <translation>政策路径、美元或实际收益率快速变动。</translation>
        </message>
        <message>
            <source>The price falls hard, and coins leave or liquidations peak.</source>
            <translation>价格大跌，且持仓流失或强平达到峰值。</translation>
        </message>
        <message>
            <source>The price of the S&amp;P 500 or of bitcoin is missing or too old for this session.</source>
            <translation>本交易日缺少标普 500 或比特币的价格，或其价格已过期。</translation>
        </message>
        <message>
            <source>The rules were chosen in sight of a part of these days: read every number as optimistic.</source>
            <translation>制定规则时已看过其中一部分日子：每个数字都应视为偏乐观。</translation>
        </message>
        <message>
            <source>The same of four-hour returns of S&amp;P futures and bitcoin, half-life 15 bars.</source>
            <translation>同上，取标普期货与比特币的四小时收益，半衰期 15 根。</translation>
        </message>
        <message>
            <source>The same of hourly returns of S&amp;P futures and bitcoin, half-life 24 bars.</source>
            <translation>同上，取标普期货与比特币的小时收益，半衰期 24 根。</translation>
        </message>
        <message>
            <source>The session is running; its close confirms or withdraws what is shown.</source>
            <translation>交易日进行中；收盘后确认或撤回所显示的结果。</translation>
        </message>
        <message>
            <source>The sheet is being opened.</source>
            <translation>正在打开清单。</translation>
        </message>
        <message>
            <source>The smaller of two standardised 20-day moves: the dollar's and the 10-year yield's.</source>
            <translation>美元与 10 年期收益率两个标准化 20 日变动中的较小者。</translation>
        </message>
        <message>
            <source>The source allows no more requests for now; Barograph waits and asks again.</source>
            <translation>来源暂时不接受更多请求；Barograph 会等待后重试。</translation>
        </message>
        <message>
            <source>The source answered that there is nothing, as it does while a market is closed.</source>
            <translation>来源应答表示没有数据，休市期间即是如此。</translation>
        </message>
        <message>
            <source>The source answered with a fault, and nothing usable is held.</source>
            <translation>来源返回错误，且没有可用的值。</translation>
        </message>
        <message>
            <source>The source did not answer, or not in time; Barograph goes on asking.</source>
            <translation>来源未应答或应答超时；Barograph 会继续请求。</translation>
        </message>
        <message>
            <source>The source does not have what was asked for.</source>
            <translation>来源没有所请求的数据。</translation>
        </message>
        <message>
            <source>The source does not serve this address or region; Barograph asks again later.</source>
            <translation>来源不向此地址或地区提供服务；Barograph 稍后再试。</translation>
        </message>
        <message>
            <source>The track record could not be worked out.</source>
            <translation>无法计算往绩。</translation>
        </message>
        <message>
            <source>The trends of 1h and 4h point in opposite directions: no trade is a valid answer.</source>
            <translation>1h 与 4h 趋势方向相反：不交易也是有效的答案。</translation>
        </message>
        <message>
            <source>The volatility pillar has no usable input.</source>
            <translation>波动率支柱无可用输入。</translation>
        </message>
        <message>
            <source>The volatility that S&amp;P 500 options price for the next 30 days.</source>
            <translation>标普 500 期权对未来 30 天的隐含波动率。</translation>
        </message>
        <message>
            <source>The window's layout could not be read; the file is kept as {path}.</source>
            <translation>无法读取窗口布局；文件已另存为 {path}。</translation>
        </message>
        <message>
            <source>There is no value.</source>
            <translation>没有值。</translation>
        </message>
        <message>
            <source>This computer's clock and the exchanges' are {0} s apart. Set the clock right; there is no light until then.</source>
            <translation>本机时钟与交易所时钟相差 {0} 秒。请校准时钟；在此之前信号灯不显示。</translation>
        </message>
        <message>
            <source>This computer's clock and the exchanges' differ; there is no light until it is set right.</source>
            <translation>本机时钟与交易所时钟不一致；校准之前信号灯不显示。</translation>
        </message>
        <message>
            <source>This feed has no sources.</source>
            <translation>此数据源没有任何来源。</translation>
        </message>
        <message>
            <source>This is no investment advice.</source>
            <translation>这不是投资建议。</translation>
        </message>
        <message>
            <source>Tick step {number}: {name}</source>
            <translation>勾选第 {number} 步：{name}</translation>
        </message>
        <message>
            <source>Time axis, {zone}</source>
            <translation>时间轴，{zone}</translation>
        </message>
        <message>
            <source>Time in the recording, New York</source>
            <translation>记录中的时间（纽约）</translation>
        </message>
        <message>
            <source>Time to the next request; times of day are New York's</source>
            <translation>距下次请求的时间；时刻均为纽约时间</translation>
        </message>
        <message>
            <source>Too few inputs are usable: less than 70% of the weight is covered.</source>
            <translation>可用输入太少：覆盖的权重低于 70%。</translation>
        </message>
        <message>
            <source>Too few signs are known to say which way the evidence points.</source>
            <translation>已知的迹象太少，无法判断证据指向。</translation>
        </message>
        <message>
            <source>Too short a past to look for similar days.</source>
            <translation>历史太短，无法寻找相似的日子。</translation>
        </message>
        <message>
            <source>Too short a record: {n} of {all} sessions with a light.</source>
            <translation>记录太短：有信号灯的交易日 {n} / {all} 个。</translation>
        </message>
        <message>
            <source>Track record</source>
            <translation>往绩</translation>
        </message>
        <message>
            <source>Trend break: all, for 5 sessions</source>
            <translation>趋势破位：全部满足，连续 5 个交易日</translation>
        </message>
        <message>
            <source>Trends on 1h and 4h</source>
            <translation>1h 与 4h 趋势</translation>
        </message>
        <message>
            <source>Two of three: coins gather, coins against a falling price, dear funding.</source>
            <translation>三项中两项：持仓增加、价跌时加仓、资金费率昂贵。</translation>
        </message>
        <message>
            <source>US 10-year yield</source>
            <translation>美国 10 年期收益率</translation>
        </message>
        <message>
            <source>US 10Y</source>
            <translation>美国 10 年期</translation>
        </message>
        <message>
            <source>US 10Y 20 d</source>
            <translation>美国 10 年期 20 日</translation>
        </message>
        <message>
            <source>US 2Y</source>
            <translation>美国 2 年期</translation>
        </message>
        <message>
            <source>US Treasury</source>
            <translation>美国财政部</translation>
        </message>
        <message>
            <source>Unit: {unit}</source>
            <translation>单位：{unit}</translation>
        </message>
        <message>
            <source>Units are coins, or the index at one dollar a point. Risk and stop are judgement.</source>
            <translation>单位为币数，或每点一美元的指数。风险与止损为主观判断。</translation>
        </message>
        <message>
            <source>Units of {market} that lose {risk} of {account} × {m} at a stop {stop} away, {n} × ATR</source>
            <translation>{market} 数量：止损距离 {stop}（{n} × ATR）时亏损为 {account} 的 {risk} × {m}</translation>
        </message>
        <message>
            <source>Upper end of the 95% band of the correlation, widened for fat tails.</source>
            <translation>相关系数 95% 区间上端，已按厚尾加宽。</translation>
        </message>
        <message>
            <source>VIX</source>
            <translation>VIX</translation>
        </message>
        <message>
            <source>VIX / VIX3M</source>
            <translation>VIX / VIX3M</translation>
        </message>
        <message>
            <source>VIX 5 d</source>
            <translation>VIX 5 日</translation>
        </message>
        <message>
            <source>VIX divided by its 3-month sister: above 1 the near future is feared most.</source>
            <translation>VIX 除以 3 个月 VIX：大于 1 表示最担心近期。</translation>
        </message>
        <message>
            <source>VIX level</source>
            <translation>VIX 水平</translation>
        </message>
        <message>
            <source>VIX of its 20 d high</source>
            <translation>VIX 占 20 日高点</translation>
        </message>
        <message>
            <source>VIX percentile</source>
            <translation>VIX 百分位</translation>
        </message>
        <message>
            <source>VOLATILITY EVENT</source>
            <translation>波动事件</translation>
        </message>
        <message>
            <source>Variance out: ρ less the part that higher variance alone would bring (Forbes–Rigobon).</source>
            <translation>去方差：ρ 减去仅由方差升高带来的部分（Forbes–Rigobon）。</translation>
        </message>
        <message>
            <source>Version {n} · {time} · {action} · {horizon}</source>
            <translation>版本 {n} · {time} · {action} · {horizon}</translation>
        </message>
        <message>
            <source>Volatility</source>
            <translation>波动率</translation>
        </message>
        <message>
            <source>Volatility a year at ρ now, {rho}</source>
            <translation>年化波动率，按当前 ρ {rho}</translation>
        </message>
        <message>
            <source>Volatility event: any</source>
            <translation>波动事件：任一项</translation>
        </message>
        <message>
            <source>Volatility jumps. A description: it carried no extra danger when it was tested.</source>
            <translation>波动率跳升。仅是描述：检验时并不带来额外的危险。</translation>
        </message>
        <message>
            <source>Volatility rises, and risk models cut exposure.</source>
            <translation>波动率上升，风险模型削减敞口。</translation>
        </message>
        <message>
            <source>WATCH</source>
            <translation>警戒</translation>
        </message>
        <message>
            <source>Waiting for the first bars of {name}</source>
            <translation>等待 {name} 的首批 K 线</translation>
        </message>
        <message>
            <source>Weight {share}%.</source>
            <translation>权重 {share}%。</translation>
        </message>
        <message>
            <source>What can be sold is sold, with credit, havens or leverage giving way. The only one that carried extra danger when it was tested.</source>
            <translation>能卖的都在卖，信用、避险资产或杠杆失守。检验时唯一带来额外危险的一种。</translation>
        </message>
        <message>
            <source>What followed each face (dashed: all days)</source>
            <translation>各信号之后发生了什么（虚线：所有日子）</translation>
        </message>
        <message>
            <source>What longs pay shorts at {venue}; settled, on a scale of 8 hours and of a year.</source>
            <translation>{venue} 多头付给空头的费率；已结算，按 8 小时与一年折算。</translation>
        </message>
        <message>
            <source>What longs pay shorts, on one scale of eight hours.</source>
            <translation>多头付给空头的费率，统一为八小时。</translation>
        </message>
        <message>
            <source>What moved the score, and what would change the light</source>
            <translation>什么推动了分数，什么会改变信号灯</translation>
        </message>
        <message>
            <source>What the table says; no orders are placed. The shares are judgement.</source>
            <translation>这是表格的说法；程序不下单。比例出于判断。</translation>
        </message>
        <message>
            <source>What went wrong</source>
            <translation>出错内容</translation>
        </message>
        <message>
            <source>When ticked: {value}, {source}</source>
            <translation>勾选时：{value}，{source}</translation>
        </message>
        <message>
            <source>Whether 1h and 4h agree is not known.</source>
            <translation>1h 与 4h 是否一致尚不清楚。</translation>
        </message>
        <message>
            <source>Whether stocks and bitcoin move, and above all fall, together.</source>
            <translation>股票与比特币是否同涨同跌，尤其是同跌。</translation>
        </message>
        <message>
            <source>Whether the dollar and yields rise together, and how fast the policy path is repriced.</source>
            <translation>美元与收益率是否同升，政策路径重新定价有多快。</translation>
        </message>
        <message>
            <source>Whether the leading shares, and most shares, still stand above their averages.</source>
            <translation>龙头股与多数个股是否仍在均线之上。</translation>
        </message>
        <message>
            <source>Which market shall Barograph show?</source>
            <translation>要让 Barograph 显示哪个市场？</translation>
        </message>
        <message>
            <source>Why</source>
            <translation>原因</translation>
        </message>
        <message>
            <source>Worked out at ρ {rho}, as measured.</source>
            <translation>按实测 ρ {rho} 计算。</translation>
        </message>
        <message>
            <source>Worked out at ρ {rho}: assumed, stocks and crypto as one book.</source>
            <translation>按 ρ {rho} 计算：假定股市与加密为同一账簿。</translation>
        </message>
        <message>
            <source>Working it out takes up to a minute.</source>
            <translation>计算最多需要一分钟。</translation>
        </message>
        <message>
            <source>Wrong if</source>
            <translation>错在</translation>
        </message>
        <message>
            <source>Yahoo's data is for personal use, under Yahoo's own terms.</source>
            <translation>Yahoo 的数据按其条款仅供个人使用。</translation>
        </message>
        <message>
            <source>Yang-Zhang volatility of the Nasdaq-100 ETF over 20 sessions, a year's worth, in percent.</source>
            <translation>纳斯达克 100 ETF 20 个交易日 Yang-Zhang 波动率，年化，百分比。</translation>
        </message>
        <message>
            <source>Yield of the 10-year Treasury.</source>
            <translation>10 年期美国国债收益率。</translation>
        </message>
        <message>
            <source>Yield of the 2-year Treasury.</source>
            <translation>2 年期美国国债收益率。</translation>
        </message>
        <message>
            <source>Yield of the inflation-protected 10-year Treasury.</source>
            <translation>10 年期通胀保值国债收益率。</translation>
        </message>
        <message>
            <source>You can change this later: start Barograph with --feed live or --feed demo.</source>
            <translation>以后可以更改：启动 Barograph 时使用 --feed live 或 --feed demo。</translation>
        </message>
        <message>
            <source>a Fed decision, CPI or payrolls within half an hour</source>
            <translation>半小时内有美联储决议、CPI 或非农</translation>
        </message>
        <message>
            <source>a hedge is dear now</source>
            <translation>对冲现在昂贵</translation>
        </message>
        <message>
            <source>a sample: a lower bound</source>
            <translation>抽样：为下限</translation>
        </message>
        <message>
            <source>a year</source>
            <translation>年化</translation>
        </message>
        <message>
            <source>absorption shift</source>
            <translation>吸收比率变化</translation>
        </message>
        <message>
            <source>access refused</source>
            <translation>拒绝访问</translation>
        </message>
        <message>
            <source>action</source>
            <translation>行动</translation>
        </message>
        <message>
            <source>add back only when the light has calmed</source>
            <translation>信号灯转平静后才加回</translation>
        </message>
        <message>
            <source>after days with</source>
            <translation>之前一日为</translation>
        </message>
        <message>
            <source>age</source>
            <translation>时效</translation>
        </message>
        <message>
            <source>all of this venue's</source>
            <translation>该所全部</translation>
        </message>
        <message>
            <source>an options hedge is reasonable</source>
            <translation>期权对冲较合理</translation>
        </message>
        <message>
            <source>as of {time}</source>
            <translation>截至 {time}</translation>
        </message>
        <message>
            <source>as of {time} New York</source>
            <translation>截至 {time}（纽约）</translation>
        </message>
        <message>
            <source>as one book, ρ {rho}</source>
            <translation>视为同一账簿，ρ {rho}</translation>
        </message>
        <message>
            <source>at tick</source>
            <translation>勾选时</translation>
        </message>
        <message>
            <source>band</source>
            <translation>区间</translation>
        </message>
        <message>
            <source>base {rate}, n {n}</source>
            <translation>基准 {rate}，n {n}</translation>
        </message>
        <message>
            <source>before that {face}</source>
            <translation>此前为{face}</translation>
        </message>
        <message>
            <source>begun</source>
            <translation>始于</translation>
        </message>
        <message>
            <source>below 20-day high</source>
            <translation>距 20 日高点跌幅</translation>
        </message>
        <message>
            <source>bitcoin</source>
            <translation>比特币</translation>
        </message>
        <message>
            <source>bitcoin and ether: prices, funding, open interest, liquidations</source>
            <translation>比特币与以太币：价格、资金费率、持仓量、强平</translation>
        </message>
        <message>
            <source>both one usual move lower within 5 sessions</source>
            <translation>5 个交易日内两者均下跌一个常见幅度</translation>
        </message>
        <message>
            <source>break, {moment}</source>
            <translation>休市，{moment}</translation>
        </message>
        <message>
            <source>busy {share} of its seconds</source>
            <translation>{share} 的秒数有强平</translation>
        </message>
        <message>
            <source>calm</source>
            <translation>平静</translation>
        </message>
        <message>
            <source>closed</source>
            <translation>已收盘</translation>
        </message>
        <message>
            <source>closed, {moment}</source>
            <translation>已收盘，{moment}</translation>
        </message>
        <message>
            <source>coins opened into a falling price: {share}</source>
            <translation>价跌时新开持仓：{share}</translation>
        </message>
        <message>
            <source>correlation, 95% band</source>
            <translation>相关系数，95% 区间</translation>
        </message>
        <message>
            <source>could be {ceiling}</source>
            <translation>可能是{ceiling}</translation>
        </message>
        <message>
            <source>could be {regime}: some signs are not known</source>
            <translation>可能是{regime}：部分迹象未知</translation>
        </message>
        <message>
            <source>coverage not stated: a lower bound</source>
            <translation>未说明覆盖率：为下限</translation>
        </message>
        <message>
            <source>crypto</source>
            <translation>加密</translation>
        </message>
        <message>
            <source>crypto-led</source>
            <translation>加密主导</translation>
        </message>
        <message>
            <source>d MMM</source>
            <comment>pattern of a day</comment>
            <translation>M月d日</translation>
        </message>
        <message>
            <source>daily</source>
            <translation>日线</translation>
        </message>
        <message>
            <source>daily break</source>
            <translation>每日休市</translation>
        </message>
        <message>
            <source>day</source>
            <translation>日期</translation>
        </message>
        <message>
            <source>days</source>
            <translation>天数</translation>
        </message>
        <message>
            <source>days–weeks</source>
            <translation>数日–数周</translation>
        </message>
        <message>
            <source>ddd d MMM</source>
            <comment>pattern of a day</comment>
            <translation>M月d日 ddd</translation>
        </message>
        <message>
            <source>ddd d MMM yyyy</source>
            <comment>pattern of a day</comment>
            <translation>yyyy年M月d日 ddd</translation>
        </message>
        <message>
            <source>decision saved</source>
            <translation>决策已保存</translation>
        </message>
        <message>
            <source>delayed</source>
            <translation>延迟</translation>
        </message>
        <message>
            <source>delayed {age}</source>
            <translation>延迟 {age}</translation>
        </message>
        <message>
            <source>deleveraging</source>
            <translation>去杠杆</translation>
        </message>
        <message>
            <source>disagree</source>
            <translation>不一致</translation>
        </message>
        <message>
            <source>disagree: {names}</source>
            <translation>不一致：{names}</translation>
        </message>
        <message>
            <source>distance</source>
            <translation>距离</translation>
        </message>
        <message>
            <source>dollar ETF</source>
            <translation>美元 ETF</translation>
        </message>
        <message>
            <source>dollar index</source>
            <translation>美元指数</translation>
        </message>
        <message>
            <source>done in {time}</source>
            <translation>用时 {time} 完成</translation>
        </message>
        <message>
            <source>down</source>
            <translation>下</translation>
        </message>
        <message>
            <source>elevated</source>
            <translation>偏高</translation>
        </message>
        <message>
            <source>equal / cap weight</source>
            <translation>等权 / 市值加权</translation>
        </message>
        <message>
            <source>error</source>
            <translation>错误</translation>
        </message>
        <message>
            <source>error, {age} old</source>
            <translation>错误，{age}前的值</translation>
        </message>
        <message>
            <source>ether</source>
            <translation>以太币</translation>
        </message>
        <message>
            <source>exhaustion</source>
            <translation>衰竭</translation>
        </message>
        <message>
            <source>falls</source>
            <translation>同跌</translation>
        </message>
        <message>
            <source>fear and greed</source>
            <translation>恐惧与贪婪</translation>
        </message>
        <message>
            <source>forced selling</source>
            <translation>强制卖出</translation>
        </message>
        <message>
            <source>four usual days down in 24 hours</source>
            <translation>24 小时跌四个常见日幅度</translation>
        </message>
        <message>
            <source>funding</source>
            <translation>资金费率</translation>
        </message>
        <message>
            <source>funding {rate} · OI 24 h {oi}</source>
            <translation>费率 {rate} · 24 小时持仓 {oi}</translation>
        </message>
        <message>
            <source>happened</source>
            <translation>已发生</translation>
        </message>
        <message>
            <source>hedge</source>
            <translation>对冲</translation>
        </message>
        <message>
            <source>hedge only what is above the risk limit</source>
            <translation>仅对冲超出风险限额的部分</translation>
        </message>
        <message>
            <source>hedge or reduce</source>
            <translation>对冲或减仓</translation>
        </message>
        <message>
            <source>hold the reduced size</source>
            <translation>维持已减的仓位</translation>
        </message>
        <message>
            <source>hold to plan</source>
            <translation>按计划持有</translation>
        </message>
        <message>
            <source>horizon</source>
            <translation>期限</translation>
        </message>
        <message>
            <source>hours</source>
            <translation>数小时</translation>
        </message>
        <message>
            <source>in coins</source>
            <translation>以币计</translation>
        </message>
        <message>
            <source>in the compression zone 0.7–0.9</source>
            <translation>处于 0.7–0.9 压缩区</translation>
        </message>
        <message>
            <source>inputs gone or back</source>
            <translation>输入缺失或恢复</translation>
        </message>
        <message>
            <source>it was: {signs}</source>
            <translation>当时：{signs}</translation>
        </message>
        <message>
            <source>it was: {signs}; last {time}</source>
            <translation>当时：{signs}；最后 {time}</translation>
        </message>
        <message>
            <source>k = budget {budget} / volatility {volatility}, 1 at most</source>
            <translation>k = 预算 {budget} / 波动率 {volatility}，至多 1</translation>
        </message>
        <message>
            <source>keep existing stops</source>
            <translation>保留现有止损</translation>
        </message>
        <message>
            <source>last error</source>
            <translation>最近错误</translation>
        </message>
        <message>
            <source>last success</source>
            <translation>上次成功</translation>
        </message>
        <message>
            <source>leadership</source>
            <translation>领涨</translation>
        </message>
        <message>
            <source>learning</source>
            <translation>学习中</translation>
        </message>
        <message>
            <source>learning: {n} of {all} sessions</source>
            <translation>学习中：{n} / {all} 个交易日</translation>
        </message>
        <message>
            <source>leverage building</source>
            <translation>杠杆堆积</translation>
        </message>
        <message>
            <source>light then</source>
            <translation>当时信号灯</translation>
        </message>
        <message>
            <source>live</source>
            <translation>实时</translation>
        </message>
        <message>
            <source>loading</source>
            <translation>载入中</translation>
        </message>
        <message>
            <source>longs {bp} bp of open interest ({rank}), 24 h peak {peak} bp</source>
            <translation>多头占未平仓量 {bp} bp（{rank}），24 小时峰值 {peak} bp</translation>
        </message>
        <message>
            <source>lower bound: heard for a part of the hour only</source>
            <translation>下限：这一小时只监听到一部分</translation>
        </message>
        <message>
            <source>lower bound: the venue does not publish all of them</source>
            <translation>下限：交易所未全部公布</translation>
        </message>
        <message>
            <source>market pressure, 0 to 100</source>
            <translation>市场压力，0 至 100</translation>
        </message>
        <message>
            <source>mean</source>
            <comment>of venues</comment>
            <translation>均值</translation>
        </message>
        <message>
            <source>mean {rho}</source>
            <translation>均值 {rho}</translation>
        </message>
        <message>
            <source>met</source>
            <translation>满足</translation>
        </message>
        <message>
            <source>missing</source>
            <translation>缺失</translation>
        </message>
        <message>
            <source>mixed</source>
            <translation>混合</translation>
        </message>
        <message>
            <source>months</source>
            <translation>数月</translation>
        </message>
        <message>
            <source>near / far fear</source>
            <translation>近端 / 远端恐慌</translation>
        </message>
        <message>
            <source>never measured</source>
            <translation>从未检验</translation>
        </message>
        <message>
            <source>newest</source>
            <translation>最新</translation>
        </message>
        <message>
            <source>next (New York)</source>
            <translation>下次（纽约）</translation>
        </message>
        <message>
            <source>next refresh {time}</source>
            <translation>下次刷新 {time}</translation>
        </message>
        <message>
            <source>no</source>
            <translation>否</translation>
        </message>
        <message>
            <source>no averaging down</source>
            <translation>不补仓摊低</translation>
        </message>
        <message>
            <source>no bars</source>
            <translation>无 K 线</translation>
        </message>
        <message>
            <source>no contradiction {arrow}</source>
            <translation>不矛盾 {arrow}</translation>
        </message>
        <message>
            <source>no data yet</source>
            <translation>尚无数据</translation>
        </message>
        <message>
            <source>no measured lift: {lifts}</source>
            <translation>未测得提升：{lifts}</translation>
        </message>
        <message>
            <source>no new leverage</source>
            <translation>不加杠杆</translation>
        </message>
        <message>
            <source>no new risk</source>
            <translation>不加新风险</translation>
        </message>
        <message>
            <source>no prices of {name}</source>
            <translation>没有 {name} 的价格</translation>
        </message>
        <message>
            <source>no trade</source>
            <translation>不交易</translation>
        </message>
        <message>
            <source>no trend</source>
            <translation>无趋势</translation>
        </message>
        <message>
            <source>nobody listens</source>
            <translation>没有监听</translation>
        </message>
        <message>
            <source>normal</source>
            <translation>正常</translation>
        </message>
        <message>
            <source>not distinguishable</source>
            <translation>无法区分</translation>
        </message>
        <message>
            <source>not distinguishable from normal</source>
            <translation>与正常无法区分</translation>
        </message>
        <message>
            <source>not known</source>
            <translation>未知</translation>
        </message>
        <message>
            <source>not known whether that is normal</source>
            <translation>是否正常未知</translation>
        </message>
        <message>
            <source>not known: {signs}</source>
            <translation>未知：{signs}</translation>
        </message>
        <message>
            <source>not known: {why}</source>
            <translation>未知：{why}</translation>
        </message>
        <message>
            <source>not met</source>
            <translation>不满足</translation>
        </message>
        <message>
            <source>not offered there</source>
            <translation>来源未提供</translation>
        </message>
        <message>
            <source>not reachable</source>
            <translation>无法连接</translation>
        </message>
        <message>
            <source>not seen</source>
            <translation>未出现</translation>
        </message>
        <message>
            <source>note saved</source>
            <translation>备注已保存</translation>
        </message>
        <message>
            <source>nothing new</source>
            <translation>无新数据</translation>
        </message>
        <message>
            <source>now</source>
            <translation>现在</translation>
        </message>
        <message>
            <source>observed, per hour</source>
            <translation>观测，每小时</translation>
        </message>
        <message>
            <source>odds</source>
            <translation>概率</translation>
        </message>
        <message>
            <source>of an earlier session, still counted</source>
            <translation>来自较早的交易日，仍计入</translation>
        </message>
        <message>
            <source>off</source>
            <translation>灭</translation>
        </message>
        <message>
            <source>on</source>
            <translation>亮</translation>
        </message>
        <message>
            <source>one a second at most: a lower bound</source>
            <translation>每秒至多一笔：为下限</translation>
        </message>
        <message>
            <source>only exits planned before</source>
            <translation>仅执行事先计划的离场</translation>
        </message>
        <message>
            <source>pctl</source>
            <translation>百分位</translation>
        </message>
        <message>
            <source>pctl {n}</source>
            <translation>百分位 {n}</translation>
        </message>
        <message>
            <source>plan a hedge</source>
            <translation>规划对冲</translation>
        </message>
        <message>
            <source>policy rate</source>
            <translation>政策利率</translation>
        </message>
        <message>
            <source>prices of yields, dollar, futures, VIX, funds and shares</source>
            <translation>收益率、美元、期货、VIX、ETF 与个股的价格</translation>
        </message>
        <message>
            <source>provisional</source>
            <translation>暂定</translation>
        </message>
        <message>
            <source>provisional until the close</source>
            <translation>收盘前为暂定</translation>
        </message>
        <message>
            <source>provisional: waiting for {inputs}</source>
            <translation>暂定：等待 {inputs}</translation>
        </message>
        <message>
            <source>proxy: a related instrument stands in</source>
            <translation>代理：以相关品种代替</translation>
        </message>
        <message>
            <source>pts</source>
            <translation>点</translation>
        </message>
        <message>
            <source>random</source>
            <translation>随机数</translation>
        </message>
        <message>
            <source>rank</source>
            <translation>秩</translation>
        </message>
        <message>
            <source>rates, dollar</source>
            <translation>利率、美元</translation>
        </message>
        <message>
            <source>re-enter in thirds</source>
            <translation>分三批再入场</translation>
        </message>
        <message>
            <source>re-enter in thirds once the light is calm or scenario A has lasted</source>
            <translation>待信号灯转平静或情景 A 持续后分三批再入场</translation>
        </message>
        <message>
            <source>realised volatility</source>
            <translation>已实现波动率</translation>
        </message>
        <message>
            <source>reason</source>
            <translation>理由</translation>
        </message>
        <message>
            <source>rebalance only at the bands</source>
            <translation>仅触及区间时再平衡</translation>
        </message>
        <message>
            <source>reduce</source>
            <translation>减仓</translation>
        </message>
        <message>
            <source>regime</source>
            <translation>市况</translation>
        </message>
        <message>
            <source>requests</source>
            <translation>请求数</translation>
        </message>
        <message>
            <source>running</source>
            <translation>进行中</translation>
        </message>
        <message>
            <source>saved</source>
            <translation>已保存</translation>
        </message>
        <message>
            <source>saved {time}</source>
            <translation>{time} 已保存</translation>
        </message>
        <message>
            <source>saving…</source>
            <translation>保存中…</translation>
        </message>
        <message>
            <source>scenario</source>
            <translation>情景</translation>
        </message>
        <message>
            <source>scenario mixed and the score between two levels</source>
            <translation>情景混合且分数处于两档之间</translation>
        </message>
        <message>
            <source>score</source>
            <translation>分数</translation>
        </message>
        <message>
            <source>score better</source>
            <translation>分数更好</translation>
        </message>
        <message>
            <source>score worse</source>
            <translation>分数更差</translation>
        </message>
        <message>
            <source>sd</source>
            <translation>标准差</translation>
        </message>
        <message>
            <source>semis / S&amp;P</source>
            <translation>半导体 / 标普</translation>
        </message>
        <message>
            <source>session dates</source>
            <translation>交易日期</translation>
        </message>
        <message>
            <source>session {day}</source>
            <translation>交易日 {day}</translation>
        </message>
        <message>
            <source>settled, per 8 h</source>
            <translation>已结算，每 8 小时</translation>
        </message>
        <message>
            <source>shock</source>
            <translation>冲击</translation>
        </message>
        <message>
            <source>since {moment}</source>
            <translation>自 {moment}</translation>
        </message>
        <message>
            <source>since {time}</source>
            <translation>自 {time}</translation>
        </message>
        <message>
            <source>software / S&amp;P</source>
            <translation>软件 / 标普</translation>
        </message>
        <message>
            <source>source</source>
            <translation>来源</translation>
        </message>
        <message>
            <source>stale</source>
            <translation>过期</translation>
        </message>
        <message>
            <source>stale {age}</source>
            <translation>过期 {age}</translation>
        </message>
        <message>
            <source>stale: {as_of}, {age} ago</source>
            <translation>过期：{as_of}，{age}前</translation>
        </message>
        <message>
            <source>starting</source>
            <translation>启动中</translation>
        </message>
        <message>
            <source>starting …</source>
            <translation>启动中…</translation>
        </message>
        <message>
            <source>state</source>
            <translation>状态</translation>
        </message>
        <message>
            <source>stocks and bitcoin fell far together</source>
            <translation>股票与比特币同时大跌</translation>
        </message>
        <message>
            <source>stocks closed</source>
            <translation>股市休市</translation>
        </message>
        <message>
            <source>stocks closed, {time}</source>
            <translation>股市休市，{time}</translation>
        </message>
        <message>
            <source>the day's loss budget</source>
            <translation>当日亏损预算</translation>
        </message>
        <message>
            <source>the day's loss budget is used</source>
            <translation>当日亏损预算已用完</translation>
        </message>
        <message>
            <source>the index holds, breadth does not</source>
            <translation>指数守住，宽度没有</translation>
        </message>
        <message>
            <source>the intervals disagree</source>
            <translation>各周期不一致</translation>
        </message>
        <message>
            <source>the light</source>
            <translation>信号灯</translation>
        </message>
        <message>
            <source>the next Fed decision, CPI or payrolls</source>
            <translation>下一次美联储决议、CPI 或非农</translation>
        </message>
        <message>
            <source>the scenario</source>
            <translation>情景</translation>
        </message>
        <message>
            <source>the trends of 1h and 4h</source>
            <translation>1h 与 4h 趋势</translation>
        </message>
        <message>
            <source>there is no light</source>
            <translation>没有信号灯</translation>
        </message>
        <message>
            <source>thin hours</source>
            <translation>清淡时段</translation>
        </message>
        <message>
            <source>told apart by</source>
            <translation>区分依据</translation>
        </message>
        <message>
            <source>too few shared bars</source>
            <translation>共有K线太少</translation>
        </message>
        <message>
            <source>too many requests</source>
            <translation>请求过多</translation>
        </message>
        <message>
            <source>too old</source>
            <translation>过旧</translation>
        </message>
        <message>
            <source>trim leverage</source>
            <translation>削减杠杆</translation>
        </message>
        <message>
            <source>turbulence</source>
            <translation>湍流指数</translation>
        </message>
        <message>
            <source>until {day}</source>
            <translation>截至 {day}</translation>
        </message>
        <message>
            <source>unusable answer</source>
            <translation>应答无效</translation>
        </message>
        <message>
            <source>up</source>
            <translation>上</translation>
        </message>
        <message>
            <source>volatility</source>
            <translation>波动率</translation>
        </message>
        <message>
            <source>vs score</source>
            <translation>对分数</translation>
        </message>
        <message>
            <source>wait</source>
            <translation>等待</translation>
        </message>
        <message>
            <source>waits until {time}</source>
            <translation>等到 {time}</translation>
        </message>
        <message>
            <source>what would prove it wrong</source>
            <translation>何种情形证明判断有误</translation>
        </message>
        <message>
            <source>with the trend only</source>
            <translation>仅顺势</translation>
        </message>
        <message>
            <source>yes</source>
            <translation>是</translation>
        </message>
        <message>
            <source>yields and policy rate</source>
            <translation>收益率与政策利率</translation>
        </message>
        <message>
            <source>yields, as a second source</source>
            <translation>收益率（第二来源）</translation>
        </message>
        <message>
            <source>{0} connects but sends nothing; this version may be too old for its stream.</source>
            <translation>{0} 能连接但收不到数据；此版本可能已不支持其行情流。</translation>
        </message>
        <message>
            <source>{0} does not serve this region; where another exchange of your list answers, it is used.</source>
            <translation>{0} 不向本地区提供服务；列表中若有其他交易所应答，则改用该交易所。</translation>
        </message>
        <message>
            <source>{as_of} · next {time}</source>
            <translation>{as_of} · 下次 {time}</translation>
        </message>
        <message>
            <source>{as_of}; stocks as of their last close</source>
            <translation>{as_of}；股市按上次收盘</translation>
        </message>
        <message>
            <source>{change} points since the last evaluation.</source>
            <translation>自上次评估以来 {change} 分。</translation>
        </message>
        <message>
            <source>{coin} leverage</source>
            <translation>{coin} 杠杆</translation>
        </message>
        <message>
            <source>{coin} moved {move} while {stock} was closed, {since} to {until}.</source>
            <translation>{stock} 休市期间（{since} 至 {until}）{coin} 变动 {move}。</translation>
        </message>
        <message>
            <source>{coin}: {steps}</source>
            <translation>{coin}：{steps}</translation>
        </message>
        <message>
            <source>{day}: {change}, lowest close on the way {worst}</source>
            <translation>{day}：{change}，期间最低收盘 {worst}</translation>
        </message>
        <message>
            <source>{event}, n = {episodes} episodes</source>
            <translation>{event}，n = {episodes} 段</translation>
        </message>
        <message>
            <source>{event}: after {after} of {n} {face} days, {base} of all {all}; {episodes} episodes.</source>
            <translation>{event}：{n} 个{face}日中 {after} 之后出现，全部 {all} 天为 {base}；共 {episodes} 段。</translation>
        </message>
        <message>
            <source>{event}: on none of {days} days, so nothing can be said.</source>
            <translation>{event}：{days} 天中一次也没有，无从判断。</translation>
        </message>
        <message>
            <source>{event}: on {rate} of all days, n = {episodes} episodes</source>
            <translation>{event}：占所有日子的 {rate}，n = {episodes} 段</translation>
        </message>
        <message>
            <source>{event}: on {rate} of {days} days, n = {n} episodes.</source>
            <translation>{event}：{days} 天中的 {rate}，n = {n} 段。</translation>
        </message>
        <message>
            <source>{face} after one more close below {threshold}</source>
            <translation>再有一次收盘低于 {threshold} 即转为{face}</translation>
        </message>
        <message>
            <source>{face} after {n} more closes below {threshold}</source>
            <translation>再有 {n} 次收盘低于 {threshold} 即转为{face}</translation>
        </message>
        <message>
            <source>{face} at {threshold}: reached, not yet confirmed</source>
            <translation>{threshold} 分转为{face}：已达到，尚未确认</translation>
        </message>
        <message>
            <source>{face} at {threshold}: {points} points away</source>
            <translation>{threshold} 分转为{face}：还差 {points} 分</translation>
        </message>
        <message>
            <source>{face} below {threshold} for {n} closes: {points} points away</source>
            <translation>连续 {n} 次收盘低于 {threshold} 转为{face}：还差 {points} 分</translation>
        </message>
        <message>
            <source>{face} below {threshold}: {points} points away</source>
            <translation>低于 {threshold} 转为{face}：还差 {points} 分</translation>
        </message>
        <message>
            <source>{face} in {n} min unless it eases below {threshold}</source>
            <translation>{n} 分钟后转为{face}，除非回落至 {threshold} 以下</translation>
        </message>
        <message>
            <source>{face}, could be {ceiling}: 1 input missing</source>
            <translation>{face}，可能是{ceiling}：缺 1 项输入</translation>
        </message>
        <message>
            <source>{face}, could be {ceiling}: {n} inputs missing</source>
            <translation>{face}，可能是{ceiling}：缺 {n} 项输入</translation>
        </message>
        <message>
            <source>{face}, could be {worse}</source>
            <translation>{face}，可能是{worse}</translation>
        </message>
        <message>
            <source>{flip}; {pillars} alone would do it at its 5th percentile.</source>
            <translation>{flip}；单凭{pillars}降到第 5 百分位即可。</translation>
        </message>
        <message>
            <source>{flip}; {pillars} alone would do it at its 95th percentile.</source>
            <translation>{flip}；单凭{pillars}升到第 95 百分位即可。</translation>
        </message>
        <message>
            <source>{fresh} of {expected} inputs fresh</source>
            <translation>{expected} 项输入中 {fresh} 项有效</translation>
        </message>
        <message>
            <source>{fresh} · coverage {share}%</source>
            <translation>{fresh} · 覆盖率 {share}%</translation>
        </message>
        <message>
            <source>{horizon}: {plan}</source>
            <translation>{horizon}：{plan}</translation>
        </message>
        <message>
            <source>{id}, {stock} and {coin} one usual move lower within {h} sessions</source>
            <translation>{id}，{h} 个交易日内 {stock} 与 {coin} 均下跌一个常见幅度</translation>
        </message>
        <message>
            <source>{id}, {stock} −{a}% and {coin} −{b}% within {h} sessions</source>
            <translation>{id}，{h} 个交易日内 {stock} −{a}% 且 {coin} −{b}%</translation>
        </message>
        <message>
            <source>{id}: within {h} sessions the S&amp;P 500 closed {a}% lower and bitcoin {b}%; {begun} of {n} episodes began on {face} days.</source>
            <translation>{id}：{h} 个交易日内标普 500 收低 {a}%，比特币收低 {b}%；{n} 段中有 {begun} 段始于{face}日。</translation>
        </message>
        <message>
            <source>{interval}, strongest: {pairs}</source>
            <translation>{interval}，最强：{pairs}</translation>
        </message>
        <message>
            <source>{known}, could be {worst}</source>
            <translation>{known}，可能是{worst}</translation>
        </message>
        <message>
            <source>{low} … median {median} … {high}</source>
            <translation>{low} … 中位数 {median} … {high}</translation>
        </message>
        <message>
            <source>{market}, {n} sessions on</source>
            <translation>{market}，{n} 个交易日后</translation>
        </message>
        <message>
            <source>{market}, {weight} of the book</source>
            <translation>{market}，占账簿 {weight}</translation>
        </message>
        <message>
            <source>{names} and {n} more</source>
            <translation>{names} 等另 {n} 项</translation>
        </message>
        <message>
            <source>{name}: {met} of {known} known signs, too few to say</source>
            <translation>{name}：已知 {known} 项中满足 {met} 项，太少，无法判断</translation>
        </message>
        <message>
            <source>{name}: {met} of {known} signs</source>
            <translation>{name}：{known} 项中满足 {met} 项</translation>
        </message>
        <message>
            <source>{n} d</source>
            <translation>{n} 天</translation>
        </message>
        <message>
            <source>{n} d/s</source>
            <translation>{n} 天/秒</translation>
        </message>
        <message>
            <source>{n} h</source>
            <translation>{n} 小时</translation>
        </message>
        <message>
            <source>{n} min</source>
            <translation>{n} 分</translation>
        </message>
        <message>
            <source>{n} min ago: {face}.</source>
            <translation>{n} 分钟前：{face}。</translation>
        </message>
        <message>
            <source>{n} notices</source>
            <translation>{n} 条提示</translation>
        </message>
        <message>
            <source>{n} of {all}</source>
            <translation>{n} / {all}</translation>
        </message>
        <message>
            <source>{n} of {all} elevated</source>
            <translation>{all} 项中 {n} 项偏高</translation>
        </message>
        <message>
            <source>{n} of {all} on</source>
            <translation>{all} 盏中亮 {n} 盏</translation>
        </message>
        <message>
            <source>{n} overlapping returns.</source>
            <translation>{n} 个重叠收益率。</translation>
        </message>
        <message>
            <source>{n} s</source>
            <translation>{n} 秒</translation>
        </message>
        <message>
            <source>{n} sessions, {first} to {last}, rules {rules}; {dark} without a light are left out</source>
            <translation>{n} 个交易日，{first} 至 {last}，规则 {rules}；其中 {dark} 个无信号灯，已排除</translation>
        </message>
        <message>
            <source>{n} shared returns, {effective} of them effective.</source>
            <translation>{n} 个共有收益率，有效 {effective} 个。</translation>
        </message>
        <message>
            <source>{n} things not known</source>
            <translation>{n} 项未知</translation>
        </message>
        <message>
            <source>{n}×</source>
            <translation>{n}×</translation>
        </message>
        <message>
            <source>{odds} of {days} days · {begun} of {all} episodes began</source>
            <translation>{days} 天中的 {odds} · {all} 段中有 {begun} 段始于此</translation>
        </message>
        <message>
            <source>{pair}: too few shared bars, n = {n}</source>
            <translation>{pair}：共有K线太少，n = {n}</translation>
        </message>
        <message>
            <source>{pair}: ρ {rho}, n = {n}</source>
            <translation>{pair}：ρ {rho}，n = {n}</translation>
        </message>
        <message>
            <source>{reason}
Wrong if: {wrong_if}</source>
            <translation>{reason}
错在：{wrong_if}</translation>
        </message>
        <message>
            <source>{saved} · changed since ticked</source>
            <translation>{saved} · 勾选后已变化</translation>
        </message>
        <message>
            <source>{scenario} dominates, for {n} sessions. Counts of evidence, not probabilities.</source>
            <translation>{scenario} 占优，已 {n} 个交易日。这是证据计数，不是概率。</translation>
        </message>
        <message>
            <source>{scenario} dominates. Counts of evidence, not probabilities.</source>
            <translation>{scenario} 占优。这是证据计数，不是概率。</translation>
        </message>
        <message>
            <source>{share} set off by earlier ones</source>
            <translation>{share} 由更早的触发</translation>
        </message>
        <message>
            <source>{share} set off by earlier ones: self-feeding</source>
            <translation>{share} 由更早的触发：自我强化</translation>
        </message>
        <message>
            <source>{sign}: {answer}</source>
            <translation>{sign}：{answer}</translation>
        </message>
        <message>
            <source>{since} · 1 session</source>
            <translation>{since} · 1 个交易日</translation>
        </message>
        <message>
            <source>{since} · {n} sessions</source>
            <translation>{since} · {n} 个交易日</translation>
        </message>
        <message>
            <source>{since}, last {time}</source>
            <translation>{since}，最后 {time}</translation>
        </message>
        <message>
            <source>{stage} since {time}</source>
            <translation>{stage}，自 {time} 起</translation>
        </message>
        <message>
            <source>{stock} is closed since {since}; {coin} has moved {move} in that time.</source>
            <translation>{stock} 自 {since} 起休市；其间 {coin} 变动 {move}。</translation>
        </message>
        <message>
            <source>{text}; the light changed {n} times a year</source>
            <translation>{text}；信号灯每年变化 {n} 次</translation>
        </message>
        <message>
            <source>{ticked} of {steps} · {used} / {budget}</source>
            <translation>{ticked}/{steps} 步 · {used} / {budget}</translation>
        </message>
        <message>
            <source>{times} New York</source>
            <translation>{times}（纽约）</translation>
        </message>
        <message>
            <source>{used} / {budget}</source>
            <translation>{used} / {budget}</translation>
        </message>
        <message>
            <source>{used} · {over} over</source>
            <translation>{used} · 超时 {over}</translation>
        </message>
        <message>
            <source>{venue}, {h} h</source>
            <translation>{venue}，{h} 小时</translation>
        </message>
        <message>
            <source>{venue}: {coverage}</source>
            <translation>{venue}：{coverage}</translation>
        </message>
        <message>
            <source>{words}, could be {ceiling}</source>
            <translation>{words}，可能是{ceiling}</translation>
        </message>
        <message>
            <source>{words}, since {time}</source>
            <translation>{words}，自 {time} 起</translation>
        </message>
        <message>
            <source>{words}, {n} not known</source>
            <translation>{words}，{n} 项未知</translation>
        </message>
        <message>
            <source>{words}; compressed</source>
            <translation>{words}；已压缩</translation>
        </message>
        <message>
            <source>{words}; driven by a few days</source>
            <translation>{words}；由少数几天造成</translation>
        </message>
        <message>
            <source>{words}; heard for a part of the hour only</source>
            <translation>{words}；这一小时只监听到一部分</translation>
        </message>
        <message>
            <source>{words}; its evidence is gone, it is still counted</source>
            <translation>{words}；证据已消失，仍计入</translation>
        </message>
        <message>
            <source>× says how many times as often the joint fall followed as on any day; tested 2018-12 to 2026-08.</source>
            <translation>× 表示之后出现同跌的频率是任意一天的几倍；检验期 2018-12 至 2026-08。</translation>
        </message>
        <message>
            <source>ρ 0.7 and above</source>
            <translation>ρ 达 0.7 以上</translation>
        </message>
        <message>
            <source>ρ 1h band, high</source>
            <translation>ρ 1h 区间上端</translation>
        </message>
        <message>
            <source>ρ 1h band, low</source>
            <translation>ρ 1h 区间下端</translation>
        </message>
        <message>
            <source>ρ 1h, n</source>
            <translation>ρ 1h，n</translation>
        </message>
        <message>
            <source>ρ 4h band, high</source>
            <translation>ρ 4h 区间上端</translation>
        </message>
        <message>
            <source>ρ 4h band, low</source>
            <translation>ρ 4h 区间下端</translation>
        </message>
        <message>
            <source>ρ 4h, n</source>
            <translation>ρ 4h，n</translation>
        </message>
        <message>
            <source>ρ ES–BTC 1h</source>
            <translation>ρ ES–BTC 1h</translation>
        </message>
        <message>
            <source>ρ ES–BTC 4h</source>
            <translation>ρ ES–BTC 4h</translation>
        </message>
        <message>
            <source>ρ ES–BTC daily</source>
            <translation>ρ ES–BTC 日线</translation>
        </message>
        <message>
            <source>ρ S&amp;P–BTC, 5 d</source>
            <translation>ρ 标普–BTC，5 日</translation>
        </message>
        <message>
            <source>ρ band, high</source>
            <translation>ρ 区间上端</translation>
        </message>
        <message>
            <source>ρ band, low</source>
            <translation>ρ 区间下端</translation>
        </message>
        <message>
            <source>… and leaders broken</source>
            <translation>… 且龙头破位</translation>
        </message>
    </context>
</TS>
