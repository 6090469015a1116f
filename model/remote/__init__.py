"""Any OpenAI-compatible server (vLLM, SGLang, llama-server, DashScope) as a Model."""
