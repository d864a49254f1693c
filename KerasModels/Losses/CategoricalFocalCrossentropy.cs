using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// Cross-entropy of targets that give a probability to each class, each term times alpha (1 - p)^gamma, where p is the predicted
/// probability of the class.
/// Python: <c>tf.keras.losses.CategoricalFocalCrossentropy</c>.
/// </summary>
public sealed class CategoricalFocalCrossentropy : ProbabilityLoss
{
    private double[] _alpha;
    private double _gamma;

    /// <summary>Creates a loss.</summary>
    /// <param name="alpha">The weight of all classes; default 0.25.</param>
    /// <param name="gamma">The exponent, at least 0: the larger, the less easy samples count; default 2.</param>
    /// <param name="fromLogits">Whether predictions are logits; default probabilities.</param>
    /// <param name="labelSmoothing">Draws targets towards the uniform distribution, from 0 to 1; default 0.</param>
    /// <param name="axis">The axis of the classes; default the last.</param>
    /// <exception cref="TfLbfgsException">An argument is not within its bounds.</exception>
    public CategoricalFocalCrossentropy(
        double alpha = 0.25, double gamma = 2, bool fromLogits = false, double labelSmoothing = 0, int axis = -1)
        : base(fromLogits, labelSmoothing, axis)
    {
        _alpha = [alpha];
        _gamma = gamma;
        CheckFields();
    }

    /// <summary>Creates a loss with a weight for each class.</summary>
    /// <param name="alpha">The weights, one for each class of the last axis.</param>
    /// <param name="gamma">The exponent, at least 0: the larger, the less easy samples count; default 2.</param>
    /// <param name="fromLogits">Whether predictions are logits; default probabilities.</param>
    /// <param name="labelSmoothing">Draws targets towards the uniform distribution, from 0 to 1; default 0.</param>
    /// <param name="axis">The axis of the classes; default the last.</param>
    /// <exception cref="TfLbfgsException">An argument is not within its bounds.</exception>
    public CategoricalFocalCrossentropy(
        IReadOnlyList<double> alpha, double gamma = 2, bool fromLogits = false, double labelSmoothing = 0, int axis = -1)
        : base(fromLogits, labelSmoothing, axis)
    {
        ArgumentNullException.ThrowIfNull(alpha);
        _alpha = alpha.Count > 0
            ? [.. alpha]
            : throw new TfLbfgsException("CategoricalFocalCrossentropy: expected a weight for each class, received none.");
        _gamma = gamma;
        CheckFields();
    }

    /// <summary>The weight of all classes, or one for each.</summary>
    public IReadOnlyList<double> Alpha => _alpha;

    /// <summary>The exponent of the focal factor.</summary>
    public double Gamma => _gamma;

    /// <inheritdoc/>
    protected internal override SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        Tensor yPred = prediction.Value;
        int axis = Crossentropy.Axis(Name, Axis, yPred);
        // Keras 2 takes the size of the last axis for the number of classes.
        int smoothed = Generation == KerasGeneration.Keras2 ? yPred.Rank - 1 : axis;
        Tensor target = Crossentropy.SmoothClasses(Align(yTrue, yPred), LabelSmoothing, smoothed);
        Tensor probabilities = Crossentropy.NormalizeProbabilities(FromLogits ? Tf.NN.Softmax(yPred, axis) : yPred, axis);
        Tensor terms = -target * RawOps.Log(probabilities);
        if (Crossentropy.FocalFactor(1 - probabilities, _gamma) is { } factor)
            terms *= factor;
        return Tf.ReduceSum(_alpha.Length == 1 ? terms * _alpha[0] : terms * ClassWeights(yPred), axis);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        if (!fields.IsReading && _alpha.Length == 1)
        {
            fields.Number("alpha", ref _alpha[0]);
        }
        else
        {
            double[]? alpha = _alpha;
            fields.OptionalNumbers("alpha", ref alpha);
            _alpha = alpha is { Length: > 0 }
                ? alpha
                : throw fields.Fail("expected alpha to be a number or a list of numbers, received none.");
        }

        fields.Number("gamma", ref _gamma, minimum: 0);
    }

    private Tensor ClassWeights(Tensor yPred) => yPred.Shape[-1] < 0 || yPred.Shape[-1] == _alpha.Length
        ? HostArrays.ToTensor(_alpha, yPred.DType, [_alpha.Length])
        : throw new TfLbfgsException(
            $"{Name}: expected {_alpha.Length} classes, one for each weight of alpha, in the last dimension of the predictions, "
            + $"received shape {yPred.Shape}.");
}
