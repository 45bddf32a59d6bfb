# One image for web, worker, sweeper and migrate; docker-compose.yml says which is which.
FROM python:3.11-slim AS build
RUN python -m venv /venv
COPY requirements/runtime.txt /tmp/runtime.txt
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/runtime.txt

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/venv/bin:$PATH
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin countersign
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
# Only collects files: the key is for this one command and signs nothing.
RUN SECRET_KEY=only-while-building-only-while-building-only-while-building \
    DATABASE_POOL=0 python manage.py collectstatic --no-input
USER countersign
EXPOSE 8000
# --workers 2 suits one core; WEB_CONCURRENCY and GUNICORN_CMD_ARGS change it without a new image.
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", \
     "--max-requests", "5000", "--max-requests-jitter", "500", "--access-logfile", "-"]
