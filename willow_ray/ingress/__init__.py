"""What faces the network: a stateless Starlette app. Any replica serves any request of any session."""
