"""What two or more services need: the domain, the store, the queues, the blobs and the registry."""
