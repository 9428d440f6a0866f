"""What comes in and what goes out, as pydantic models; the API description is made of them."""
