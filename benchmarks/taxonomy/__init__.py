"""How well the categories of real shops are mapped to Shopify's product taxonomy."""
