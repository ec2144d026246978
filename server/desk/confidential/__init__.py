"""What is for few eyes: sealed with a key for each request, under the operator's secret."""
