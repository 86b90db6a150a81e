"""Questions of people in words: a read-only server of the Model Context Protocol, whose answers are the read API's."""
