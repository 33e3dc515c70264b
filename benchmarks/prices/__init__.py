"""Is the seller's price right, where a table's prices include the fee that the buyer pays?"""
