"""``python -m analysis.conformance FOLDER``."""

import sys

from analysis.conformance import main

sys.exit(main(sys.argv[1:]))
