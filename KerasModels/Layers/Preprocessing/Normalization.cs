using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Subtracts a mean and divides by the root of a variance, which are given, or computed from data by
/// <see cref="AdaptableLayer.Adapt(Tensor)"/>. They are variables that are not trained, unless they are given.
/// Python: <c>tf.keras.layers.Normalization</c>.
/// </summary>
public sealed class Normalization : AdaptableLayer
{
    // The smallest divisor: keras.backend.epsilon().
    private const double Epsilon = 1e-7;

    private int[] _axes = [-1];
    private double[]? _givenMean;
    private double[]? _givenVariance;
    private bool _invert;
    private KerasGeneration _generation = KerasGeneration.Keras3;
    private Variable? _mean;
    private Variable? _variance;
    private Variable? _count;

    /// <summary>Creates a layer that learns mean and variance by <see cref="AdaptableLayer.Adapt(Tensor)"/>.</summary>
    /// <param name="axes">The dimensions whose elements each have their own mean and variance, negative from the end; null (default): the
    /// last. Empty: one mean and variance for all.</param>
    /// <param name="invert">Whether to undo a normalization: multiply by the root of the variance and add the mean. Default false.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Normalization(IReadOnlyList<int>? axes = null, bool invert = false, string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        _axes = [.. axes ?? [-1]];
        _invert = invert;
        CheckFields();
    }

    /// <summary>Creates a layer with a given mean and variance.</summary>
    /// <param name="mean">The means: one for all, or one for each element of the axes, the last varying fastest.</param>
    /// <param name="variance">As many variances.</param>
    /// <param name="axes">The dimensions whose elements each have their own mean and variance; null (default): the last.</param>
    /// <param name="invert">Whether to undo a normalization; default false.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">There are not as many variances as means.</exception>
    public Normalization(
        IReadOnlyList<double> mean, IReadOnlyList<double> variance, IReadOnlyList<int>? axes = null, bool invert = false,
            string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(variance);
        _axes = [.. axes ?? [-1]];
        _givenMean = [.. mean];
        _givenVariance = [.. variance];
        _invert = invert;
        CheckFields();
    }

    /// <summary>The dimensions whose elements each have their own mean and variance; negative from the end.</summary>
    public IReadOnlyList<int> Axes => _axes;

    /// <summary>Whether a normalization is undone.</summary>
    public bool Invert => _invert;

    /// <summary>The means, [sizes of the axes]; null before the layer is built, and where they are given.</summary>
    public Variable? Mean => _mean;

    /// <summary>The variances, [sizes of the axes]; null before the layer is built, and where they are given.</summary>
    public Variable? Variance => _variance;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor x = input.DType.IsFloating ? input : Tf.Cast(input, ComputeDType);
        Tensor mean = Spread(_mean, _givenMean, x), variance = Spread(_variance, _givenVariance, x);
        Tensor deviation = Tf.Maximum(Tf.Sqrt(variance), Epsilon);
        return _invert ? mean + (x * deviation) : (x - mean) / deviation;
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        if (_axes.Any(axis => axis < -inputShape.Rank || axis >= inputShape.Rank))
            throw new TfLbfgsException($"{this}: expected an input with the axes [{string.Join(", ", _axes)}], received {inputShape}.");
        if (Kept(inputShape).Any(axis => inputShape[axis] < 0))
            throw new TfLbfgsException($"{this}: expected known sizes along the axes [{string.Join(", ", _axes)}], received {inputShape}.");
        if (_mean is not null && !_mean.Shape.Equals(KeptShape(inputShape)))
            throw new TfLbfgsException($"{this}: expected the sizes {_mean.Shape} along the axes [{string.Join(", ", _axes)}], for which "
                + $"the layer was built, received {inputShape}.");
        if (_givenMean is not null)
            _ = GivenShape(inputShape);
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        if (_givenMean is not null)
            return;
        Shape shape = KeptShape(inputShape);
        _mean = AddVariable("mean", shape, new Zeros(), trainable: false);
        _variance = AddVariable("variance", shape, new Ones(), trainable: false);
        _count = AddVariable("count", Shape.Scalar, trainable: false, dtype: DType.Int64);
    }

    /// <inheritdoc/>
    protected override void AdaptTo(IEnumerable<Tensor> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        if (_givenMean is not null)
            throw new TfLbfgsException($"{this}: expected a layer without a given mean and variance to adapt, received one that has them.");
        Tensor? mean = null, variance = null;
        double count = 0;
        foreach (Tensor batch in batches)
        {
            EnsureBuilt([batch.Shape]);
            int[] kept = Kept(batch.Shape);
            int[] reduced = [.. Enumerable.Range(0, batch.Rank).Except(kept)];
            double size = reduced.Aggregate(1.0, (product, axis) => product * batch.Shape[axis]);
            if (size == 0)
                continue;
            Tensor x = Tf.Cast(batch, DType.Float64);
            Tensor batchMean = reduced.Length == 0 ? x : Tf.ReduceMean(x, reduced, keepDims: true);
            Tensor batchVariance = reduced.Length == 0 ? x * 0.0 : Tf.ReduceMean(Tf.Square(x - batchMean), reduced, keepDims: true);
            count += size;
            if (mean is null)
            {
                (mean, variance) = (batchMean, batchVariance);
                continue;
            }

            // The variance of two parts is the mean of theirs and of the squared distances of their means from the whole's.
            double weight = size / count;
            Tensor total = (mean * (1 - weight)) + (batchMean * weight);
            variance = ((variance! + Tf.Square(mean - total)) * (1 - weight)) + ((batchVariance + Tf.Square(batchMean - total)) * weight);
            mean = total;
        }

        if (mean is null)
            throw new TfLbfgsException($"{this}: expected data to adapt to, received none.");
        _mean!.Assign(Tf.Cast(Tf.Reshape(mean, _mean.Shape), _mean.DType));
        _variance!.Assign(Tf.Cast(Tf.Reshape(variance!, _variance.Shape), _variance.DType));
        // Keras 3 keeps the count for files of Keras 2 only.
        if (_generation == KerasGeneration.Keras2)
            _count!.Assign(Tensor.Scalar((long)count));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Origin(ref _generation);
        fields.Axes("axis", ref _axes, AxesForm.List);
        fields.OptionalNumbers("mean", ref _givenMean);
        fields.OptionalNumbers("variance", ref _givenVariance);
        fields.Flag("invert", ref _invert);
        if (_givenMean?.Length != _givenVariance?.Length || _givenMean?.Length == 0)
            throw fields.Fail($"expected as many variances as means, received {_givenMean?.Length ?? 0} means and "
                + $"{_givenVariance?.Length ?? 0} variances.");
    }

    /// <summary>The axes from the start, in order.</summary>
    private int[] Kept(Shape shape) => [.. _axes.Select(axis => axis < 0 ? axis + shape.Rank : axis).Distinct().Order()];

    private Shape KeptShape(Shape shape) => Shape.Create([.. Kept(shape).Select(axis => shape[axis])]);

    /// <summary>The shape in which the given values meet an input: they belong to the last of the axes.</summary>
    private Shape GivenShape(Shape input)
    {
        long[] shape = [.. Enumerable.Repeat(1L, input.Rank)];
        long left = _givenMean!.Length;
        foreach (int axis in Kept(input).Reverse())
        {
            if (left == 1)
                break;
            shape[axis] = input[axis];
            left = left % input[axis] == 0 ? left / input[axis] : 0;
        }

        return left == 1
            ? Shape.Create(shape)
            : throw new TfLbfgsException($"{this}: expected {_givenMean.Length} elements along the axes [{string.Join(", ", _axes)}], "
                + $"one for each mean, received {input}.");
    }

    private Tensor Spread(Variable? variable, double[]? given, Tensor x)
    {
        if (given is not null)
            return HostArrays.ToTensor(given, x.DType, GivenShape(x.Shape));
        int[] kept = Kept(x.Shape);
        Tensor value = variable!.Value;
        Tensor spread =
            Tf.Reshape(value, Shape.Create([.. Enumerable.Range(0, x.Rank).Select(axis => kept.Contains(axis) ? x.Shape[axis] : 1)]));
        return spread.DType == x.DType ? spread : Tf.Cast(spread, x.DType);
    }
}
