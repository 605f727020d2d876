"""The scorer: applies and evaluates published models. It contains no training code."""
