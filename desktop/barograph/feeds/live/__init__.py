"""The live feed: three sources that fill one book, behind the contract that every feed keeps."""
