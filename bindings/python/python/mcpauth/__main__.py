"""`python -m mcpauth`."""

import sys

from mcpauth._cli import main

sys.exit(main())
