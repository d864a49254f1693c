using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Spreads texts or integers over bins by a hash that is the same in every run: FarmHash, or SipHash with <see cref="Salt"/>. Python:
/// <c>tf.keras.layers.Hashing</c>.
/// </summary>
public sealed class Hashing : Layer
{
    private static readonly FieldForm<object?> MaskForm = new(
        "a text, an integer or null",
        value => value.Element.ValueKind == JsonValueKind.String ? value.Element.GetString()! : value.Integer("a text, an integer or null"),
        (value, _) => value is long number ? JsonValue.Create(number) : JsonValue.Create((string?)value), AllowsNull: true);

    private int _bins = 1;
    private object? _mask;
    private long[]? _salt;
    private CategoryOutput _output = CategoryOutput.Integers;
    private KerasGeneration _generation = KerasGeneration.Keras3;

    /// <summary>Creates a layer.</summary>
    /// <param name="bins">The number of bins. Python: <c>num_bins</c>.</param>
    /// <param name="output">What is made of the numbers of the bins: all but tf-idf. Default: themselves, as int64.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype: of the numbers int64 (null) or int32, of vectors that of the model (null) or another one.</param>
    /// <exception cref="TfLbfgsException">The number is below 1, or the layer has no such output.</exception>
    public Hashing(int bins, CategoryOutput output = CategoryOutput.Integers, string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        _bins = bins;
        _output = output;
        CheckFields();
    }

    internal Hashing()
    {
    }

    /// <summary>The number of bins.</summary>
    public int Bins => _bins;

    /// <summary>What is made of the numbers of the bins.</summary>
    public CategoryOutput Output => _output;

    /// <summary>A text that goes to bin 0, which no other does; null (default): none. Python: <c>mask_value</c>.</summary>
    public string? MaskText
    {
        get => _mask as string;
        init => _mask = value;
    }

    /// <summary>An integer that goes to bin 0, which no other does; null (default): none. Python: <c>mask_value</c>.</summary>
    public long? MaskInteger
    {
        get => _mask as long?;
        init => _mask = value;
    }

    /// <summary>Two numbers of the key of SipHash; null (default): FarmHash, without a key.</summary>
    public IReadOnlyList<long>? Salt
    {
        get => _salt;
        init
        {
            _salt = value?.ToArray();
            CheckFields();
        }
    }

    /// <inheritdoc/>
    protected internal override DType InputDType => DType.String;

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        // Keras 3 cuts fractions off.
        Tensor values = input.DType.IsFloating && _generation == KerasGeneration.Keras3 ? Tf.Cast(input, DType.Int64) : input;
        if (values.DType != DType.String && !values.DType.IsInteger)
            throw new TfLbfgsException($"{this}: expected texts or integers, received {input.Describe()}.");
        bool isMasked = _mask is not null && _bins > 1;
        Tensor numbers = TextHash.Of(values.DType == DType.String ? values : RawOps.AsString(values), isMasked ? _bins - 1 : _bins, _salt);
        if (isMasked)
            numbers = Tf.Where(Tf.Equal(values, MaskOf(values)), Tensor.Scalar(0L), numbers + Tensor.Scalar(1L));
        return CategoryEncoder.Encode(numbers, _output, _bins, OutputDType);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Origin(ref _generation);
        fields.Integer("num_bins", ref _bins, minimum: 1, required: true);
        fields.OptionalIntegers("salt", ref _salt, count: 2);
        fields.Exchange(new FieldDeclaration("mask_value"), ref _mask, MaskForm);
        fields.OutputMode(ref _output, CategoryOutput.Integers, CategoryOutput.OneHot, CategoryOutput.MultiHot, CategoryOutput.Count);
    }

    /// <summary>Takes floating-point numbers of any dtype, since none of its own meets them.</summary>
    private protected override void CheckInputs(IReadOnlyList<Tensor> inputs)
    {
    }

    private protected override DTypePolicy StoredPolicy(KerasGeneration generation) =>
        _output == CategoryOutput.Integers ? OutputDType : base.StoredPolicy(generation);

    private DType OutputDType => CategoryEncoder.NumberType(_output, DTypePolicy.VariableDType, ComputeDType);

    private Tensor MaskOf(Tensor values) => (values.DType, _mask) switch
    {
        (DType.String, string text) => Tensor.FromStrings([text], Shape.Scalar),
        (not DType.String, long number) => Tensor.Scalar(number, values.DType),
        _ => throw new TfLbfgsException(
            $"{this}: expected a mask_value of the kind of the input ({values.DType.PythonName}), received '{_mask}'."),
    };
}
