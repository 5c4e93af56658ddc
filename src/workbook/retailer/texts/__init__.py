"""Text that customers and the shop write: complaints, social posts, product descriptions."""

from workbook.retailer.texts.complaints import complaint_texts, noisy_labels
from workbook.retailer.texts.posts import post_texts
from workbook.retailer.texts.products import product_descriptions

__all__ = ["complaint_texts", "noisy_labels", "post_texts", "product_descriptions"]
