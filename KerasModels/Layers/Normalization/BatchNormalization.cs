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
[KerasName("BatchNormalization", "SyncBatchNormalization")]
public sealed class BatchNormalization : ScaledNormalization
{
    private double _momentum = 0.99;
    private Initializer _movingMeanInitializer = new Zeros();
    private Initializer _movingVarianceInitializer = new Ones();
    private bool _synchronized;
    private BatchRenormalization? _renormalization;
    private KerasGeneration _origin = KerasGeneration.Keras3;
    private Variable? _movingMean;
    private Variable? _movingVariance;
    private Variable? _movingDeviation;
    private Variable? _renormMean;
    private Variable? _renormDeviation;

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
        int axis = -1, double momentum = 0.99, double epsilon = 1e-3, bool center = true, bool scale = true, string? name = null,
            DTypePolicy? dtype = null)
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

    /// <summary>
    /// Whether Keras takes the statistics over all devices of a distributed training; on the one device here that is the batch. Default
    /// false.
    /// </summary>
    public bool Synchronized
    {
        get => _synchronized;
        init => _synchronized = value;
    }

    /// <summary>
    /// Batch renormalization, which brings the statistics of the batch closer to the stored ones in training; null (default): none.
    /// Python: <c>renorm</c>.
    /// </summary>
    public BatchRenormalization? Renormalization
    {
        get => _renormalization;
        init => _renormalization = value;
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
        Tensor? gamma = Read(Gamma, x), beta = Read(Beta, x);
        if (context.Training && Trainable)
        {
            (Tensor ofBatch, Tensor varianceOfBatch) = Moments(x, IsFused(x) ? null : context.MaskOf(input));
            context.Update(_movingMean!, Move(mean, ofBatch, _momentum));
            if (_renormalization is null)
                context.Update(_movingVariance!, Move(variance, IsFused(x) ? Unbiased(varianceOfBatch, x) : varianceOfBatch, _momentum));
            else
                (gamma, beta) = Renormalize(ofBatch, varianceOfBatch, gamma, beta, context);
            (mean, variance) = (ofBatch, varianceOfBatch);
        }

        Tensor output = Normalize(x, Broadcast(mean, x), Broadcast(variance, x), Broadcast(gamma, x), Broadcast(beta, x));
        return output.DType == input.DType ? output : Tf.Cast(output, input.DType);
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        base.CreateVariables(inputShape);
        Shape shape = Shape.Create([.. AxesOf(inputShape.Rank).Select(axis => inputShape[axis])]);
        _movingMean = AddVariable("moving_mean", shape, _movingMeanInitializer, trainable: false);
        _movingVariance = AddVariable("moving_variance", shape, _movingVarianceInitializer, trainable: false);
        if (_renormalization is null)
            return;
        SquareRoot deviationInitializer = new(_movingVarianceInitializer);
        _movingDeviation = AddVariable("moving_stddev", shape, deviationInitializer, trainable: false);
        _renormMean = AddVariable("renorm_mean", shape, _movingMeanInitializer, trainable: false);
        _renormDeviation = AddVariable("renorm_stddev", shape, deviationInitializer, trainable: false);
    }

    private protected override AxesForm FormOfAxis => AxesForm.ListInKeras2;

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Origin(ref _origin);
        fields.Number("momentum", ref _momentum);
        fields.Component("moving_mean_initializer", ref _movingMeanInitializer);
        fields.Component("moving_variance_initializer", ref _movingVarianceInitializer);
        fields.Flag("synchronized", ref _synchronized);
        BatchRenormalization.Describe(fields, ref _renormalization);
        // Which kernel computes it.
        fields.Ignore("fused");
    }

    // Keras 2 rounds the weight of the batch to float32 in any dtype.
    private Tensor Move(Tensor stored, Tensor ofBatch, double momentum) => _origin == KerasGeneration.Keras2
        ? stored - ((stored - ofBatch) * (float)(1 - momentum))
        : (stored * momentum) + (ofBatch * (1 - momentum));

    private static Tensor? Read(Variable? variable, Tensor x) => variable is null ? null : Tf.Cast(variable.Value, x.DType);

    /// <summary>Moves the stored deviations, and gives gamma and beta that correct the statistics of the batch towards them.</summary>
    private (Tensor Gamma, Tensor Beta) Renormalize(Tensor mean, Tensor variance, Tensor? gamma, Tensor? beta, CallContext context)
    {
        Tensor deviation = Tf.Sqrt(variance + Epsilon);
        Tensor storedMean = Tf.Cast(context.ValueOf(_renormMean!), mean.DType),
            stored = Tf.Cast(context.ValueOf(_renormDeviation!), mean.DType);
        // Both generations round the bound to float32 in any dtype.
        (Tensor factor, Tensor offset) = _renormalization!.Corrections(
            mean, deviation, storedMean, Tf.Maximum(stored, Math.Sqrt((float)Epsilon)));
        context.Update(_renormMean!, Move(storedMean, mean, _renormalization.Momentum));
        context.Update(_renormDeviation!, Move(stored, deviation, _renormalization.Momentum));
        Tensor moved = Move(Tf.Cast(context.ValueOf(_movingDeviation!), mean.DType), deviation, _momentum);
        context.Update(_movingDeviation!, moved);
        context.Update(_movingVariance!, Tf.NN.Relu(Tf.Square(moved) - Epsilon));
        Tensor newGamma = gamma is null ? factor : factor * gamma, newBeta = gamma is null ? offset : offset * gamma;
        return (newGamma, beta is null ? newBeta : newBeta + beta);
    }

    // Keras 2 takes TensorFlow's fused op for images and volumes: it ignores masks and stores the unbiased variance.
    private bool IsFused(Tensor x) =>
        _origin == KerasGeneration.Keras2 && !_synchronized && _renormalization is null && x.Rank is 4 or 5 && x.DType != DType.Float64
        && AxesOf(x.Rank) is [var axis] && (axis == 1 || axis == x.Rank - 1);

    private (Tensor Mean, Tensor Variance) Moments(Tensor x, Tensor? mask)
    {
        int[] channels = AxesOf(x.Rank);
        int[] axes = [.. Enumerable.Range(0, x.Rank).Except(channels)];
        if (mask is null)
            return Tf.NN.Moments(x, axes);
        Tensor counts = Tf.ExpandDims(mask, -1);
        if (_origin == KerasGeneration.Keras2)
            return Tf.NN.WeightedMoments(x, axes, Tf.Cast(counts, x.DType));
        // Keras 3 leaves out what does not count, and keeps the number of the others from being 0.
        Tensor counted = Tf.LogicalAnd(counts, Tf.OnesLike(x, DType.Bool)), zero = Tensor.Scalar(0, x.DType);
        Tensor count = Tf.ReduceSum(Tf.Cast(counted, x.DType), axes, keepDims: true) + 1e-7;
        Tensor mean = Tf.ReduceSum(Tf.Where(counted, x, zero), axes, keepDims: true) / count;
        Tensor variance = Tf.ReduceSum(Tf.Square(Tf.Where(counted, x - mean, zero)), axes, keepDims: true) / count;
        return (Tf.Squeeze(mean, axes), Tf.Squeeze(variance, axes));
    }

    private static Tensor Unbiased(Tensor variance, Tensor x)
    {
        Tensor count = Tf.Cast(Tf.Size(x, DType.Int64), x.DType) / Tf.Cast(Tf.Size(variance, DType.Int64), x.DType);
        return variance * (count / Tf.Maximum(count - 1, 1));
    }
}
