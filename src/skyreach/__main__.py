"""python -m skyreach"""

from skyreach.cli import main

main()
