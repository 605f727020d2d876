"""`POST /train` and `/estimators`: what can be trained, and how candidates did."""
