using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// Draws embeddings of one class together and those of others apart, the more the further they are from their goal (Sun et al. 2020, Circle
/// loss). Predictions are embeddings of length 1, [batch, features]; targets are
/// class numbers, [batch] or [batch, 1]. Samples without another of their class, or without one of another class, do not count. Python:
/// <c>keras.losses.Circle</c>.
/// </summary>
[KerasName("Circle", Generation = KerasGeneration.Keras3)]
public sealed class Circle : Loss
{
    private double _gamma;
    private double _margin;
    private bool _removesDiagonal;

    /// <summary>Creates a loss.</summary>
    /// <param name="gamma">The scale; default 80.</param>
    /// <param name="margin">How far from their goal distances may stay; default 0.4.</param>
    /// <param name="removeDiagonal">Whether a sample is no pair with itself; default true.</param>
    public Circle(double gamma = 80, double margin = 0.4, bool removeDiagonal = true)
    {
        _gamma = gamma;
        _margin = margin;
        _removesDiagonal = removeDiagonal;
    }

    /// <summary>The scale.</summary>
    public double Gamma => _gamma;

    /// <summary>How far from their goal distances may stay.</summary>
    public double Margin => _margin;

    /// <summary>Whether a sample is no pair with itself.</summary>
    public bool RemovesDiagonal => _removesDiagonal;

    /// <inheritdoc/>
    protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred) => PerSample(yTrue, new Prediction(yPred)).Values;

    /// <inheritdoc/>
    protected internal override SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(prediction);
        Tensor embeddings = prediction.Value;
        if (embeddings.Rank != 2)
            throw new TfLbfgsException($"{Name}: expected embeddings of shape [batch, features], received {embeddings.Shape}.");
        Tensor classes = RawOps.Reshape(RawOps.Cast(yTrue, Runtime.DType.Int32), Tensor.From<int>([-1, 1]));
        Tensor positive = RawOps.Equal(classes, RawOps.Transpose(classes, Tensor.From<int>([1, 0])));
        Tensor negative = RawOps.LogicalNot(positive);
        if (_removesDiagonal)
            positive = RawOps.MatrixSetDiag(positive, RawOps.ZerosLike(RawOps.MatrixDiagPart(positive)));

        Tensor distance = Tf.Maximum(1 - RawOps.MatMul(embeddings, embeddings, transposeB: true), 0);
        Tensor positiveTerms = _gamma * Tf.Maximum(_margin + distance, 0) * (distance - _margin);
        Tensor negativeTerms = _gamma * Tf.Maximum(1 + _margin - distance, 0) * (1 - _margin - distance);
        (Tensor positives, Tensor hasPositives) = LogSumExp(positiveTerms, positive);
        (Tensor negatives, Tensor hasNegatives) = LogSumExp(negativeTerms, negative);
        Tensor counts = RawOps.LogicalAnd(hasPositives, hasNegatives);
        Tensor losses = RawOps.Softplus(positives + negatives);
        losses = RawOps.SelectV2(counts, losses, RawOps.ZerosLike(losses));
        return new SampleLosses(losses, losses > 0);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Number("gamma", ref _gamma);
        fields.Number("margin", ref _margin);
        fields.Flag("remove_diagonal", ref _removesDiagonal);
    }

    /// <summary>
    /// log Σ exp over the elements of each row that are chosen, and whether there are any; finite, with finite gradients, also where there
    /// are none.
    /// </summary>
    private static (Tensor Values, Tensor IsAny) LogSumExp(Tensor terms, Tensor chosen)
    {
        Tensor smallest = Tf.ReduceMin(terms, 1, keepDims: true);
        Tensor shift = RawOps.StopGradient(Tf.ReduceMax(RawOps.SelectV2(chosen, terms, smallest), 1, keepDims: true));
        Tensor sum = Tf.ReduceSum(RawOps.Exp(RawOps.SelectV2(chosen, terms, shift) - shift) * RawOps.Cast(chosen, terms.DType), 1);
        Tensor isAny = sum > 0;
        return (RawOps.Log(RawOps.SelectV2(isAny, sum, RawOps.OnesLike(sum))) + RawOps.Squeeze(shift, [1]), isAny);
    }
}
