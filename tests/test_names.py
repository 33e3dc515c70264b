"""Our top-level names are common words: nothing else that is installed may provide them."""

from importlib.metadata import distribution, packages_distributions

OURS = ("common", "models", "ingest", "simulator", "pipelines", "serving", "cli")


def test_no_other_distribution_provides_our_names():
    providers = packages_distributions()

    for name in OURS:
        assert set(providers.get(name, ())) <= {"listing-recommender"}, name


def test_our_distribution_is_never_uploaded():
    classifiers = distribution("listing-recommender").metadata.get_all("Classifier")
    assert "Private :: Do Not Upload" in (classifiers or [])
