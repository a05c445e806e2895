"""Is it whole, possible and without circles?"""
