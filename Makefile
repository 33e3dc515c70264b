# The only list of commands. Plain `make` prints it.

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PEERS := .venv-peers/.installed
SERVING_PEERS := litserve bentoml ray
PYTHON = $(shell for name in python3.11 python3.12 python3.13 python3; do \
	$$name -c '' 2>/dev/null && echo $$name && break; done)
# Any digest will do to see that pipelines compile.
IMAGE := listing-recommender@sha256:0000000000000000000000000000000000000000000000000000000000000000
PACKAGES := common models ingest simulator pipelines serving cli deploy
# Two workers share the cores; numpy's own threads would only get in their way.
PYTEST = OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint audit check check-full coverage docs format protos monitoring manifests bench-quality bench-shops bench-shop-parts bench-shipping bench-scale bench-photos bench-serving bench-transport bench-events bench-faults bench-languages bench-taxonomy bench-prices bench-pages loop clean

help:  ## print this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24

setup: $(INSTALLED)  ## make .venv and install everything into it, once

demo: $(INSTALLED)  ## train, release, serve and ask: on a synthetic shop, or on rows with DATA=path/to/train.tsv; SERVE=1 keeps the seller's page open
	@DATA="$${DATA-}"; $(BIN)/listrec demo $${DATA:+--data "$$DATA"} $(if $(SERVE),--serve)

test: $(INSTALLED)  ## run the tests
	$(PYTEST) -m "not slow"

lint: $(INSTALLED)  ## everything of check but the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit -q -c pyproject.toml -r $(PACKAGES)
	$(BIN)/python -m serving.protos.generate --check
	@out=$$(mktemp -d) && trap 'rm -rf "$$out"' EXIT && $(BIN)/listrec pipelines compile --out "$$out" --image "$(IMAGE)"
	@$(MAKE) --no-print-directory docs

audit: $(INSTALLED)  ## look for packages of constraints.txt with known holes; SKIPPED where the list of holes cannot be reached
	$(BIN)/python .ci/audit.py

check: lint  ## what CI runs: format, lint, types, import rules, protos, pipelines, docs, tests
	$(PYTEST) -m "not slow"

check-full: lint  ## check with the long tests too, with those on real rows where LISTREC_DATA is set, and the coverage floor
	$(PYTEST) --cov --cov-report=term-missing

coverage: $(INSTALLED)  ## run the tests and list the lines that none of them reaches; processes of their own are not seen
	$(PYTEST) -m "not slow" --cov --cov-report=term-missing

docs: $(INSTALLED)  ## build the documentation into build/site; a broken link fails
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

format: $(INSTALLED)  ## format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

protos: $(INSTALLED)  ## generate the code of serving/protos/listing.proto
	$(BIN)/python -m serving.protos.generate

monitoring: $(INSTALLED)  ## render dashboard, alert rules and configurations of the deployment listrec again
	$(BIN)/python -m deploy.monitoring --out deploy/monitoring/rendered

manifests: $(INSTALLED)  ## render the base of deploy/k8s again
	$(BIN)/python -m deploy.k8s --out deploy/k8s/base

# Peers whose pins clash with ours have an environment of their own.
$(PEERS): benchmarks/peers/requirements.txt
	"$(PYTHON)" -m venv $(dir $@)
	$(dir $@)bin/python -m pip install --disable-pip-version-check -r $<
	@touch $@

.venv-%/.installed: benchmarks/serving/peers/%.txt benchmarks/serving/peers/models.txt native/listrec_native/kernels.pyx
	"$(PYTHON)" -m venv $(dir $@)
	$(dir $@)bin/python -m pip install --disable-pip-version-check -r $<
	$(dir $@)bin/python -m pip install --disable-pip-version-check -q --no-deps --force-reinstall ./native
	@touch $@

bench-quality: $(INSTALLED) $(PEERS)  ## measure the models beside their peers, with rows of LISTREC_DATA; PRETRAINED and PRETRAINED_TEXT name encoders
	$(if $(and $(LISTREC_DATA),$(PRETRAINED)),$(MAKE) bench-photos)
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.quality.run --out docs/results/quality.json \
		--peers-python $(dir $(PEERS))bin/python --pretrained-text "$(PRETRAINED_TEXT)" $(QUALITY) \
		$(if $(LISTREC_DATA),--extra "$(LISTREC_DATA)/mercari/test_corrupted.tsv" \
		"$(LISTREC_DATA)/mercari/train.tsv",synthetic); \
		status=$$?; $(BIN)/python -m benchmarks.pages && exit $$status

bench-shops: $(INSTALLED) $(PEERS)  ## measure the models beside tuned peers in every shop of LISTREC_DATA; SHOPS="--shop NAME" measures some
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.shops.run --out docs/results/shops.json \
		--peers-python $(dir $(PEERS))bin/python --pretrained-text "$(PRETRAINED_TEXT)" $(SHOPS)
	$(BIN)/python -m benchmarks.pages

bench-shop-parts: $(INSTALLED)  ## measure what each part of the models and what more rows bring in every shop of LISTREC_DATA; SHOPS as above
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.shops.ablation --out docs/results/shops-ablation.json $(SHOPS)
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.shops.learning_curve --out docs/results/shops-curve.json $(SHOPS)
	$(BIN)/python -m benchmarks.pages

bench-shipping: $(INSTALLED)  ## measure shipping fees and payers on the rows of LISTREC_DATA, beside simple and learned baselines
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.shipping.run --out docs/results/shipping.json
	$(BIN)/python -m benchmarks.pages

bench-scale: $(INSTALLED)  ## measure time and memory of everything on 10 K, 100 K and 1.48 M synthetic rows: hours
	$(BIN)/python -m benchmarks.scale.run --out docs/results/scale.json; \
		status=$$?; $(BIN)/python -m benchmarks.pages && exit $$status

bench-photos: $(INSTALLED)  ## compare photo encoders on the real rows of LISTREC_DATA; PRETRAINED names one
	$(BIN)/python -m benchmarks.photos.run $(if $(PRETRAINED),--pretrained "$(PRETRAINED)") \
		--folds $(or $(FOLDS),5) --out docs/results
	$(BIN)/python -m benchmarks.pages

# Without a peer that cannot be installed the others are measured; its row says why.
bench-serving: $(INSTALLED)  ## measure the server beside an echo and its peers, with the champion of listrec demo; SERVING="--seconds 4" is shorter
	-$(MAKE) -k $(SERVING_PEERS:%=.venv-%/.installed)
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.serving.run --out docs/results/serving.json $(SERVING)
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.serving.run --http --out docs/results/serving-http.json $(SERVING)
	$(BIN)/python -m benchmarks.pages

bench-transport: $(INSTALLED)  ## measure a listing that is typed, over POSTs and over a WebSocket, with the champion of listrec demo
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.transport.run --out docs/results/transport.json
	$(BIN)/python -m benchmarks.pages

bench-events: $(INSTALLED)  ## measure what the log of events gains over one fdatasync for each event, on this disk
	$(BIN)/python -m benchmarks.event_log --out docs/results/event-log.json
	$(BIN)/python -m benchmarks.pages

bench-faults: $(INSTALLED)  ## disturb servers of the champion while they are asked: listrec demo makes one
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.faults.run --out docs/results/faults.json
	$(BIN)/python -m benchmarks.pages

bench-languages: $(INSTALLED)  ## compare English with Japanese, and shipping with the synthetic market's rules
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.quality.run --sections market --seeds $(or $(SEEDS),5) synthetic

bench-prices: $(INSTALLED)  ## check the seller's price where prices include the fee, with rows of LISTREC_DATA
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.prices.run --out docs/results/price-basis.json
	$(BIN)/python -m benchmarks.pages

bench-taxonomy: $(INSTALLED)  ## measure the mapping of category trees on the judged ones of JUDGED, with rows of LISTREC_DATA
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.taxonomy.run --judged "$(JUDGED)" --out docs/results/taxonomy.json
	$(BIN)/python -m benchmarks.pages

loop: $(INSTALLED)  ## simulate sixty days of a shop with its server, training runs, monitoring and an experiment, and write docs/loop.md
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.loop.run --out docs/loop/record.json
	$(BIN)/python -m benchmarks.pages

bench-pages: $(INSTALLED)  ## render the pages on quality, shops, scale, serving, events, faults and simulated days from their results in docs
	$(BIN)/python -m benchmarks.pages

clean:  ## remove .venv, caches and build output; .listrec, which holds what was trained, stays
	rm -rf $(VENV) .venv-* build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf native/build native/*.egg-info native/listrec_native/kernels.c
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# TORCH_INDEX=https://download.pytorch.org/whl/cpu chooses a build of torch; see docs/getting-started.md.
$(INSTALLED): pyproject.toml constraints.txt native/pyproject.toml native/listrec_native/kernels.pyx
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or newer is needed, and $(or $(PYTHON),python3) is not:" \
		"install it, or name it with PYTHON=/path/to/python3.11." >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check \
		$(if $(TORCH_INDEX),--extra-index-url "$(TORCH_INDEX)") -c constraints.txt -e '.[dev]'
	@$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps --force-reinstall ./native || \
		echo "The compiled loops of native/ could not be built (is there a C compiler?): numpy runs instead." >&2
	@touch $@
