using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Spreads the combinations of several categories over bins by a hash that is the same in every run. Inputs: two or more of one shape,
/// [batch], [batch, 1] or scalars, of texts or integers.
/// Python: <c>tf.keras.layers.HashedCrossing</c>.
/// </summary>
public sealed class HashedCrossing : Layer
{
    // That of tf.sparse.cross_hashed.
    private const long HashKey = 0xDECAFCAFFE;

    private int _bins = 1;
    private CategoryOutput _output = CategoryOutput.Integers;

    /// <summary>Creates a layer.</summary>
    /// <param name="bins">The number of bins. Python: <c>num_bins</c>.</param>
    /// <param name="output">Integers (default), as int64, or <see cref="CategoryOutput.OneHot"/>.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype: of the numbers int64 (null) or int32, of vectors that of the model (null) or another one.</param>
    /// <exception cref="TfLbfgsException">The number is below 1, or the layer has no such output.</exception>
    public HashedCrossing(int bins, CategoryOutput output = CategoryOutput.Integers, string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        _bins = bins;
        _output = output;
        CheckFields();
    }

    internal HashedCrossing()
    {
    }

    /// <summary>The number of bins.</summary>
    public int Bins => _bins;

    /// <summary>What is made of the numbers of the bins.</summary>
    public CategoryOutput Output => _output;

    /// <inheritdoc/>
    protected internal override DType InputDType => DType.String;

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.FirstOrDefault(input => input.DType != DType.String && !input.DType.IsInteger) is { } wrong)
            throw new TfLbfgsException($"{this}: expected texts or integers, received {wrong.Describe()}.");
        // The op crosses columns of texts and of int64.
        Tensor column = Tensor.From<long>([-1, 1]);
        Tensor[] columns =
            [.. inputs.Select(input =>
            RawOps.Reshape(input.DType == DType.String || input.DType == DType.Int64 ? input : Tf.Cast(input, DType.Int64), column))];
        DType internalType = columns.Any(each => each.DType == DType.Int64) ? DType.Int64 : DType.String;
        RawOps.SparseCrossOutputs crossed =
            RawOps.SparseCross([], [], [], columns, hashedOutput: true, _bins, HashKey, DType.Int64, internalType);
        Tensor numbers = RawOps.Reshape(crossed.OutputValues, RawOps.Shape(inputs[0], DType.Int64));
        numbers.RefineShape(inputs[0].Shape);
        return [CategoryEncoder.Encode(numbers, _output, _bins, OutputDType)];
    }

    /// <inheritdoc/>
    protected override void CheckInputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        bool fits = inputShapes.Count >= 2 && inputShapes.All(shape => shape.Rank < 2 || (shape.Rank == 2 && shape[1] == 1))
            && inputShapes.All(shape => shape.Rank == inputShapes[0].Rank);
        if (!fits || inputShapes.Select(shape => shape.Rank == 0 ? 1 : shape[0]).Where(batch => batch >= 0).Distinct().Count() > 1)
            throw new TfLbfgsException($"{this}: expected at least two inputs of one shape, [batch], [batch, 1] or [], received "
                + $"{string.Join(", ", inputShapes)}.");
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("num_bins", ref _bins, minimum: 1, required: true);
        fields.OutputMode(ref _output, CategoryOutput.Integers, CategoryOutput.OneHot);
    }

    private protected override DTypePolicy StoredPolicy(KerasGeneration generation) =>
        _output == CategoryOutput.Integers ? OutputDType : base.StoredPolicy(generation);

    private DType OutputDType => CategoryEncoder.NumberType(_output, DTypePolicy.VariableDType, ComputeDType);
}
