"""What the data is: contracts, data sets, import, and the summary by customer."""
