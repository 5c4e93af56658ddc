"""The CRM project: phases and costs, staff, vendors, business customers, and what the go-live truly adds."""
