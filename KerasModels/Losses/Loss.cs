using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>
/// A loss: a number that says how far predictions are from targets, the mean over all samples (<c>sum_over_batch_size</c>). Computed through the dispatch point, so it works eagerly, on tapes and in
/// traced functions. Immutable. A text converts to one: <c>"mse"</c>. Python: <c>tf.keras.losses.Loss</c>.
/// </summary>
public abstract class Loss
{
    /// <summary>The class name in Keras.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>Looks up a loss with default arguments by its Keras name.</summary>
    /// <param name="name">Such as <c>mse</c>; see <see cref="Losses.Get"/>.</param>
    public static implicit operator Loss(string name) => Losses.Get(name);

    /// <inheritdoc cref="op_Implicit(string)"/>
    /// <returns>The loss.</returns>
    public static Loss FromString(string name) => Losses.Get(name);

    /// <summary>The mean loss.</summary>
    /// <param name="yTrue">The targets, [batch, ...]; cast to the dtype of the predictions; borrowed.</param>
    /// <param name="yPred">The predictions, [batch, ...], of a floating-point dtype; borrowed.</param>
    /// <returns>A scalar of the dtype of the predictions, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The shapes do not fit.</exception>
    public Tensor Call(Tensor yTrue, Tensor yPred) => Call(yTrue, yPred, null);

    /// <summary>
    /// The mean loss of what a model returned. Where its last activation is a softmax or sigmoid and the loss takes probabilities, the loss is computed from that activation's input, which is exact
    /// where the probabilities have saturated; Keras does the same.
    /// </summary>
    /// <param name="yTrue">The targets, one for each output of the model; cast to the dtype of the predictions; borrowed.</param>
    /// <param name="output">The result of <see cref="Model.Forward(Tensor, bool)"/> of a model with one output; borrowed.</param>
    /// <returns>A scalar of the dtype of the predictions, owned by the caller; regularization is not part of it.</returns>
    /// <exception cref="TfLbfgsException">The shapes do not fit, or the model has several outputs.</exception>
    public Tensor Call(Tensor yTrue, ModelOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return Call(yTrue, output.Value, output.LogitsOf(0));
    }

    internal Tensor Call(Tensor yTrue, Tensor yPred, Logits? logits)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        if (!yPred.DType.IsFloating)
            throw new TfLbfgsException($"{Name}: expected predictions of a floating-point dtype, received {yPred.DType.PythonName}{yPred.Shape}.");
        using TensorScope scope = new();
        Tensor values = PerSample(yTrue, yPred, logits);
        return scope.Keep(values.Shape == Shape.Scalar ? RawOps.Identity(values) : RawOps.Mean(values, AllAxes(values)));
    }

    /// <summary>The loss of each sample, inside a scope of the caller.</summary>
    private protected abstract Tensor PerSample(Tensor yTrue, Tensor yPred, Logits? logits);

    /// <summary>Targets of the dtype and shape of the predictions: a last dimension of 1 may be left out, or be one too many. Nothing else is broadcast.</summary>
    private protected Tensor Align(Tensor yTrue, Tensor yPred)
    {
        Tensor result = yTrue.DType == yPred.DType ? yTrue : RawOps.Cast(yTrue, yPred.DType);
        if (!result.Shape.HasRank || !yPred.Shape.HasRank)
            return result;
        if (result.Rank == yPred.Rank - 1 && yPred.Shape[-1] == 1)
            result = RawOps.ExpandDims(result, Tensor.Scalar(-1));
        else if (result.Rank == yPred.Rank + 1 && result.Shape[-1] == 1)
            result = RawOps.Squeeze(result, [-1]);
        return result.Shape.IsCompatibleWith(yPred.Shape)
            ? result
            : throw new TfLbfgsException($"{Name}: expected targets of the shape of the predictions, {yPred.Shape}, received {yTrue.Shape}. Reshape the targets, or change the last layer of the model.");
    }

    private protected static Tensor MeanOverLast(Tensor values) => Mean(values, -1);

    private protected static Tensor Mean(Tensor values, int axis) => RawOps.Mean(values, Tensor.Scalar(axis));

    private static Tensor AllAxes(Tensor values) => values.Shape.HasRank
        ? Tensor.From<int>([.. Enumerable.Range(0, values.Rank)])
        : RawOps.Range(Tensor.Scalar(0), RawOps.Rank(values), Tensor.Scalar(1));
}
