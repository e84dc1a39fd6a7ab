FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 10001 vyzva && install -d -o vyzva /var/lib/vyzva
WORKDIR /app
COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY services services
COPY shared shared
COPY deploy deploy
COPY pyproject.toml .
RUN pip install --no-cache-dir --no-index --no-deps --no-build-isolation -e .
USER vyzva
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
EXPOSE 8000
