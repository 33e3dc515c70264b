from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Photo(_message.Message):
    __slots__ = ("data",)
    DATA_FIELD_NUMBER: _ClassVar[int]
    data: bytes
    def __init__(self, data: _Optional[bytes] = ...) -> None: ...

class Listing(_message.Message):
    __slots__ = ("listing_id", "seller_id", "title", "description", "photos", "category", "brand", "condition", "size", "colour", "price", "currency", "shipping_payer", "shipping_method", "parcel_size", "language", "shipping_fee", "weight", "dimensions")
    LISTING_ID_FIELD_NUMBER: _ClassVar[int]
    SELLER_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    PHOTOS_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    BRAND_FIELD_NUMBER: _ClassVar[int]
    CONDITION_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    COLOUR_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    SHIPPING_PAYER_FIELD_NUMBER: _ClassVar[int]
    SHIPPING_METHOD_FIELD_NUMBER: _ClassVar[int]
    PARCEL_SIZE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    SHIPPING_FEE_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    listing_id: str
    seller_id: str
    title: str
    description: str
    photos: _containers.RepeatedCompositeFieldContainer[Photo]
    category: str
    brand: str
    condition: str
    size: str
    colour: str
    price: float
    currency: str
    shipping_payer: str
    shipping_method: str
    parcel_size: str
    language: str
    shipping_fee: float
    weight: float
    dimensions: str
    def __init__(self, listing_id: _Optional[str] = ..., seller_id: _Optional[str] = ..., title: _Optional[str] = ..., description: _Optional[str] = ..., photos: _Optional[_Iterable[_Union[Photo, _Mapping]]] = ..., category: _Optional[str] = ..., brand: _Optional[str] = ..., condition: _Optional[str] = ..., size: _Optional[str] = ..., colour: _Optional[str] = ..., price: _Optional[float] = ..., currency: _Optional[str] = ..., shipping_payer: _Optional[str] = ..., shipping_method: _Optional[str] = ..., parcel_size: _Optional[str] = ..., language: _Optional[str] = ..., shipping_fee: _Optional[float] = ..., weight: _Optional[float] = ..., dimensions: _Optional[str] = ...) -> None: ...

class Candidate(_message.Message):
    __slots__ = ("value", "probability")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    value: str
    probability: float
    def __init__(self, value: _Optional[str] = ..., probability: _Optional[float] = ...) -> None: ...

class FieldCandidates(_message.Message):
    __slots__ = ("field", "candidates")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    field: str
    candidates: _containers.RepeatedCompositeFieldContainer[Candidate]
    def __init__(self, field: _Optional[str] = ..., candidates: _Optional[_Iterable[_Union[Candidate, _Mapping]]] = ...) -> None: ...

class Quantile(_message.Message):
    __slots__ = ("level", "price")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    level: float
    price: float
    def __init__(self, level: _Optional[float] = ..., price: _Optional[float] = ...) -> None: ...

class PriceRange(_message.Message):
    __slots__ = ("median", "low", "high", "currency", "quantiles", "basis")
    MEDIAN_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    QUANTILES_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    median: float
    low: float
    high: float
    currency: str
    quantiles: _containers.RepeatedCompositeFieldContainer[Quantile]
    basis: str
    def __init__(self, median: _Optional[float] = ..., low: _Optional[float] = ..., high: _Optional[float] = ..., currency: _Optional[str] = ..., quantiles: _Optional[_Iterable[_Union[Quantile, _Mapping]]] = ..., basis: _Optional[str] = ...) -> None: ...

class Fee(_message.Message):
    __slots__ = ("amount", "currency", "method", "parcel_size", "low", "high", "source")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    PARCEL_SIZE_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    amount: float
    currency: str
    method: str
    parcel_size: str
    low: float
    high: float
    source: str
    def __init__(self, amount: _Optional[float] = ..., currency: _Optional[str] = ..., method: _Optional[str] = ..., parcel_size: _Optional[str] = ..., low: _Optional[float] = ..., high: _Optional[float] = ..., source: _Optional[str] = ...) -> None: ...

class Earnings(_message.Message):
    __slots__ = ("price", "basis", "payer", "fee", "item_price", "commission", "amount", "currency")
    PRICE_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    PAYER_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    ITEM_PRICE_FIELD_NUMBER: _ClassVar[int]
    COMMISSION_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    price: float
    basis: str
    payer: str
    fee: float
    item_price: float
    commission: float
    amount: float
    currency: str
    def __init__(self, price: _Optional[float] = ..., basis: _Optional[str] = ..., payer: _Optional[str] = ..., fee: _Optional[float] = ..., item_price: _Optional[float] = ..., commission: _Optional[float] = ..., amount: _Optional[float] = ..., currency: _Optional[str] = ...) -> None: ...

class Suggestion(_message.Message):
    __slots__ = ("model", "version", "fields", "price", "fee", "abstained", "used", "unknown")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    ABSTAINED_FIELD_NUMBER: _ClassVar[int]
    USED_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_FIELD_NUMBER: _ClassVar[int]
    model: str
    version: str
    fields: _containers.RepeatedCompositeFieldContainer[FieldCandidates]
    price: PriceRange
    fee: Fee
    abstained: str
    used: _containers.RepeatedScalarFieldContainer[str]
    unknown: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, model: _Optional[str] = ..., version: _Optional[str] = ..., fields: _Optional[_Iterable[_Union[FieldCandidates, _Mapping]]] = ..., price: _Optional[_Union[PriceRange, _Mapping]] = ..., fee: _Optional[_Union[Fee, _Mapping]] = ..., abstained: _Optional[str] = ..., used: _Optional[_Iterable[str]] = ..., unknown: _Optional[_Iterable[str]] = ...) -> None: ...

class Encoding(_message.Message):
    __slots__ = ("encoder_id", "dimensions", "vectors")
    ENCODER_ID_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    VECTORS_FIELD_NUMBER: _ClassVar[int]
    encoder_id: str
    dimensions: int
    vectors: bytes
    def __init__(self, encoder_id: _Optional[str] = ..., dimensions: _Optional[int] = ..., vectors: _Optional[bytes] = ...) -> None: ...

class PredictRequest(_message.Message):
    __slots__ = ("model", "listings", "encodings", "release")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    LISTINGS_FIELD_NUMBER: _ClassVar[int]
    ENCODINGS_FIELD_NUMBER: _ClassVar[int]
    RELEASE_FIELD_NUMBER: _ClassVar[int]
    model: str
    listings: _containers.RepeatedCompositeFieldContainer[Listing]
    encodings: _containers.RepeatedCompositeFieldContainer[Encoding]
    release: str
    def __init__(self, model: _Optional[str] = ..., listings: _Optional[_Iterable[_Union[Listing, _Mapping]]] = ..., encodings: _Optional[_Iterable[_Union[Encoding, _Mapping]]] = ..., release: _Optional[str] = ...) -> None: ...

class PredictResponse(_message.Message):
    __slots__ = ("model", "version", "suggestions", "problems", "release")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SUGGESTIONS_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    RELEASE_FIELD_NUMBER: _ClassVar[int]
    model: str
    version: str
    suggestions: _containers.RepeatedCompositeFieldContainer[Suggestion]
    problems: _containers.RepeatedScalarFieldContainer[str]
    release: str
    def __init__(self, model: _Optional[str] = ..., version: _Optional[str] = ..., suggestions: _Optional[_Iterable[_Union[Suggestion, _Mapping]]] = ..., problems: _Optional[_Iterable[str]] = ..., release: _Optional[str] = ...) -> None: ...

class SuggestRequest(_message.Message):
    __slots__ = ("listing", "models", "release", "outside_experiments")
    LISTING_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    RELEASE_FIELD_NUMBER: _ClassVar[int]
    OUTSIDE_EXPERIMENTS_FIELD_NUMBER: _ClassVar[int]
    listing: Listing
    models: _containers.RepeatedScalarFieldContainer[str]
    release: str
    outside_experiments: bool
    def __init__(self, listing: _Optional[_Union[Listing, _Mapping]] = ..., models: _Optional[_Iterable[str]] = ..., release: _Optional[str] = ..., outside_experiments: bool = ...) -> None: ...

class SuggestResponse(_message.Message):
    __slots__ = ("suggestions", "missing", "release", "problems", "earnings", "experiments")
    class SuggestionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: Suggestion
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[Suggestion, _Mapping]] = ...) -> None: ...
    class MissingEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class ExperimentsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    SUGGESTIONS_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    RELEASE_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    EARNINGS_FIELD_NUMBER: _ClassVar[int]
    EXPERIMENTS_FIELD_NUMBER: _ClassVar[int]
    suggestions: _containers.MessageMap[str, Suggestion]
    missing: _containers.ScalarMap[str, str]
    release: str
    problems: _containers.RepeatedScalarFieldContainer[str]
    earnings: Earnings
    experiments: _containers.ScalarMap[str, str]
    def __init__(self, suggestions: _Optional[_Mapping[str, Suggestion]] = ..., missing: _Optional[_Mapping[str, str]] = ..., release: _Optional[str] = ..., problems: _Optional[_Iterable[str]] = ..., earnings: _Optional[_Union[Earnings, _Mapping]] = ..., experiments: _Optional[_Mapping[str, str]] = ...) -> None: ...

class StreamRequest(_message.Message):
    __slots__ = ("number", "listing", "photos", "models", "release", "outside_experiments")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    LISTING_FIELD_NUMBER: _ClassVar[int]
    PHOTOS_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    RELEASE_FIELD_NUMBER: _ClassVar[int]
    OUTSIDE_EXPERIMENTS_FIELD_NUMBER: _ClassVar[int]
    number: int
    listing: Listing
    photos: _containers.RepeatedScalarFieldContainer[int]
    models: _containers.RepeatedScalarFieldContainer[str]
    release: str
    outside_experiments: bool
    def __init__(self, number: _Optional[int] = ..., listing: _Optional[_Union[Listing, _Mapping]] = ..., photos: _Optional[_Iterable[int]] = ..., models: _Optional[_Iterable[str]] = ..., release: _Optional[str] = ..., outside_experiments: bool = ...) -> None: ...

class StreamResponse(_message.Message):
    __slots__ = ("number", "suggestions", "refused")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    SUGGESTIONS_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    number: int
    suggestions: SuggestResponse
    refused: str
    def __init__(self, number: _Optional[int] = ..., suggestions: _Optional[_Union[SuggestResponse, _Mapping]] = ..., refused: _Optional[str] = ...) -> None: ...
