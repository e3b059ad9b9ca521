"""Files: opened by what they contain, read into text, records, tables and arrays, and written whole or not at all."""
