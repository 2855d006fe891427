"""What is handed on beside the pages: a workbook, a data package, slides, a document, and pages on paper."""
