"""How results and texts of the data are written; knows no other part of the workbook."""
