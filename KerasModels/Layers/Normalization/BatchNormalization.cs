using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Gives each channel the mean 0 and the variance 1: in training by the statistics of the batch, which move the stored ones, otherwise by
/// the stored ones. A frozen layer always uses the stored ones. Python:
/// <c>tf.keras.layers.BatchNormalization</c>.
/// </summary>
public sealed class BatchNormalization : ScaledNormalization
{
    private double _momentum = 0.99;
    private Initializer _movingMeanInitializer = new Zeros();
    private Initializer _movingVarianceInitializer = new Ones();
    private KerasGeneration _origin = KerasGeneration.Keras3;
    private Variable? _movingMean;
    private Variable? _movingVariance;

    /// <summary>Creates a layer.</summary>
    /// <param name="axis">The dimension of the channels; negative from the end. Default -1.</param>
    /// <param name="momentum">The weight of the stored statistics when they are moved; default 0.99.</param>
    /// <param name="epsilon">What is added to the variance; default 1e-3.</param>
    /// <param name="center">Whether there is a trained offset; default true.</param>
    /// <param name="scale">Whether there is a trained factor; default true.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">Epsilon is negative.</exception>
    public BatchNormalization(
        int axis = -1, double momentum = 0.99, double epsilon = 1e-3, bool center = true, bool scale = true, string? name = null, DTypePolicy? dtype = null)
        : base([axis], epsilon, center, scale, name, dtype)
    {
        _momentum = momentum;
        CheckFields();
    }

    /// <summary>The weight of the stored statistics when they are moved.</summary>
    public double Momentum => _momentum;

    /// <summary>Makes the first mean; default <see cref="Zeros"/>.</summary>
    public Initializer MovingMeanInitializer
    {
        get => _movingMeanInitializer;
        init => _movingMeanInitializer = value;
    }

    /// <summary>Makes the first variance; default <see cref="Ones"/>.</summary>
    public Initializer MovingVarianceInitializer
    {
        get => _movingVarianceInitializer;
        init => _movingVarianceInitializer = value;
    }

    /// <summary>The stored mean, [channels]; null before the layer is built.</summary>
    public Variable? MovingMean => _movingMean;

    /// <summary>The stored variance, [channels]; null before the layer is built.</summary>
    public Variable? MovingVariance => _movingVariance;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        Tensor x = Tf.Cast(input, StatisticsDType(input));
        Tensor mean = Tf.Cast(context.ValueOf(_movingMean!), x.DType), variance = Tf.Cast(context.ValueOf(_movingVariance!), x.DType);
        if (context.Training && Trainable)
        {
            (Tensor ofBatch, Tensor varianceOfBatch) = Moments(x, IsFused(x) ? null : context.MaskOf(input));
            context.Update(_movingMean!, Move(mean, ofBatch));
            context.Update(_movingVariance!, Move(variance, IsFused(x) ? Unbiased(varianceOfBatch, x) : varianceOfBatch));
            (mean, variance) = (ofBatch, varianceOfBatch);
        }

        Tensor output = Normalize(x, Broadcast(mean, x), Broadcast(variance, x), Broadcast(Gamma, x), Broadcast(Beta, x));
        return output.DType == input.DType ? output : Tf.Cast(output, input.DType);
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        base.CreateVariables(inputShape);
        Shape shape = Shape.Create([.. AxesOf(inputShape.Rank).Select(axis => inputShape[axis])]);
        _movingMean = AddVariable("moving_mean", shape, _movingMeanInitializer, trainable: false);
        _movingVariance = AddVariable("moving_variance", shape, _movingVarianceInitializer, trainable: false);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Origin(ref _origin);
        fields.Number("momentum", ref _momentum);
        fields.Component("moving_mean_initializer", ref _movingMeanInitializer);
        fields.Component("moving_variance_initializer", ref _movingVarianceInitializer);
        // On one device these change nothing; renormalization is training of another kind.
        fields.Ignore("synchronized", "renorm_clipping", "renorm_momentum", "fused");
        fields.Fixed("renorm", false, KerasGeneration.Keras3);
    }

    // Keras 2 rounds the weight of the batch to float32 in any dtype.
    private Tensor Move(Tensor stored, Tensor ofBatch) => _origin == KerasGeneration.Keras2
        ? stored - ((stored - ofBatch) * (float)(1 - _momentum))
        : (stored * _momentum) + (ofBatch * (1 - _momentum));

    // Keras 2 takes TensorFlow's fused op for images and volumes: it ignores masks and stores the unbiased variance.
    private bool IsFused(Tensor x) => _origin == KerasGeneration.Keras2 && x.Rank is 4 or 5 && x.DType != DType.Float64 && AxesOf(x.Rank) is [var axis] && (axis == 1 || axis == x.Rank - 1);

    private (Tensor Mean, Tensor Variance) Moments(Tensor x, Tensor? mask)
    {
        int[] channels = AxesOf(x.Rank);
        int[] axes = [.. Enumerable.Range(0, x.Rank).Except(channels)];
        if (mask is null)
        {
            Tensor mean = Tf.ReduceMean(x, axes, keepDims: true);
            return (Tf.Squeeze(mean, axes), Tf.ReduceMean(Tf.Square(x - mean), axes));
        }

        Tensor weights = Tf.Cast(Tf.ExpandDims(mask, -1), x.DType);
        // The weights broadcast over the dimensions that they lack.
        Tensor count = Tf.ReduceSum(weights * Tf.OnesLike(x), axes, keepDims: true);
        Tensor weighted = Tf.ReduceSum(weights * x, axes, keepDims: true) / count;
        Tensor variance = Tf.ReduceSum(weights * Tf.Square(x - weighted), axes, keepDims: true) / count;
        return (Tf.Squeeze(weighted, axes), Tf.Squeeze(variance, axes));
    }

    private static Tensor Unbiased(Tensor variance, Tensor x)
    {
        Tensor count = Tf.Cast(Tf.Size(x, DType.Int64), x.DType) / Tf.Cast(Tf.Size(variance, DType.Int64), x.DType);
        return variance * (count / Tf.Maximum(count - 1, 1));
    }
}
