using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// A loss: a number that says how far predictions are from targets. Derive from it for one of your own; wherever a loss is taken, a function from targets and predictions to a tensor is taken too. Computed through
/// the dispatch point, so it works eagerly, on tapes and in traced functions. Immutable. A text converts to one: <c>"mse"</c>. Python: <c>tf.keras.losses.Loss</c>.
/// </summary>
public abstract class Loss : KerasComponent
{
    private string? _name;
    private string _reduction = "sum_over_batch_size";

    /// <summary>Creates a loss.</summary>
    protected Loss()
    {
    }

    /// <summary>The name in reports; that of the class where none is given.</summary>
    public string Name => _name ?? ClassName;

    /// <summary>How the losses of the samples become one: <c>sum_over_batch_size</c> (default: their mean), <c>sum</c>, <c>none</c> (they stay), or of Keras 3 <c>mean_with_sample_weight</c>.</summary>
    /// <exception cref="TfLbfgsException">Set to another text.</exception>
    public string Reduction
    {
        get => _reduction;
        init
        {
            _reduction = value;
            CheckFields();
        }
    }

    private protected sealed override string Module => "keras.losses";

    /// <summary>Looks up a loss with default arguments by its Keras name.</summary>
    /// <param name="name">Such as <c>mse</c>.</param>
    public static implicit operator Loss(string name) => FromString(name);

    /// <summary>Takes a function as a loss.</summary>
    /// <param name="function">As in <see cref="FromFunction"/>.</param>
    public static implicit operator Loss(Func<Tensor, Tensor, Tensor> function) => FromFunction(function);

    /// <summary>Looks up a loss with default arguments by one of its Keras names. Python: <c>tf.keras.losses.get</c>.</summary>
    /// <param name="name">Such as <c>mse</c>, <c>mean_squared_error</c> or <c>MeanSquaredError</c>.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="TfLbfgsException">No loss has the name.</exception>
    public static Loss FromString(string name) => KerasRegistry.Create<Loss>(name);

    /// <summary>Takes a function as a loss. Python: any callable in the place of a loss.</summary>
    /// <param name="function">From targets and predictions to a scalar, or to one value per sample, whose mean is taken; written with tensor operations.</param>
    /// <returns>The loss.</returns>
    public static Loss FromFunction(Func<Tensor, Tensor, Tensor> function) => new FunctionLoss(function);

    /// <summary>The loss.</summary>
    /// <param name="yTrue">The targets, [batch, ...]; cast to the dtype of the predictions; borrowed.</param>
    /// <param name="yPred">The predictions, [batch, ...], of a floating-point dtype; borrowed.</param>
    /// <param name="sampleWeight">The weight of each sample, [batch], or of each element, in a shape that can be broadcast to the losses; null: 1. Borrowed.</param>
    /// <returns>A scalar of the dtype of the predictions, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The shapes do not fit.</exception>
    public Tensor Call(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null)
    {
        ArgumentNullException.ThrowIfNull(yPred);
        return Call(yTrue, new Prediction(yPred), sampleWeight);
    }

    /// <summary>
    /// The loss of what a model returned. Where its last activation is a softmax or sigmoid and the loss takes probabilities, the loss is computed from that activation's input, which is exact where the probabilities
    /// have saturated; Keras does the same. Elements that the prediction's mask leaves out have the weight 0.
    /// </summary>
    /// <param name="yTrue">The targets; cast to the dtype of the predictions; borrowed.</param>
    /// <param name="prediction">An output of a model, such as the result of its <c>Forward</c>; borrowed.</param>
    /// <param name="sampleWeight">The weight of each sample or element; null: 1. Borrowed.</param>
    /// <returns>A scalar of the dtype of the predictions, owned by the caller; regularization is not part of it.</returns>
    /// <exception cref="TfLbfgsException">The shapes do not fit.</exception>
    public Tensor Call(Tensor yTrue, Prediction prediction, Tensor? sampleWeight = null)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(prediction);
        Tensor yPred = prediction.Value;
        if (!yPred.DType.IsFloating)
            throw new TfLbfgsException($"{Name}: expected predictions of a floating-point dtype, received {yPred.DType.PythonName}{yPred.Shape}.");
        using TensorScope scope = new();
        Tensor values = PerSample(yTrue, yPred, prediction.Logits);
        Tensor loss = LossReduction.Reduce(Name, values, sampleWeight, prediction.Mask, Reduction);
        return scope.Keep(ReferenceEquals(loss, yPred) || ReferenceEquals(loss, yTrue) ? RawOps.Identity(loss) : loss);
    }

    /// <summary>Computes the loss of each sample, inside a scope of the caller that disposes intermediate results.</summary>
    /// <param name="yTrue">The targets.</param>
    /// <param name="yPred">The predictions.</param>
    /// <returns>One value per sample, or more, of which the mean is taken; or a scalar.</returns>
    protected abstract Tensor PerSample(Tensor yTrue, Tensor yPred);

    /// <summary>As <see cref="PerSample(Tensor, Tensor)"/>, with what went into the last activation; override it for a loss of probabilities.</summary>
    /// <param name="yTrue">The targets.</param>
    /// <param name="yPred">The predictions.</param>
    /// <param name="logits">The input of the softmax or sigmoid that made the predictions; null where it is not known.</param>
    /// <returns>One value per sample.</returns>
    protected virtual Tensor PerSample(Tensor yTrue, Tensor yPred, Logits? logits) => PerSample(yTrue, yPred);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.OptionalText("name", ref _name);
        // Keras 2's "auto" is the mean outside distribution strategies.
        fields.Choice(
            "reduction", ref _reduction, ("sum_over_batch_size", "sum_over_batch_size"), ("auto", "sum_over_batch_size"), ("sum", "sum"), ("none", "none"), ("mean", "mean"),
            ("mean_with_sample_weight", "mean_with_sample_weight"));
        fields.Ignore("dtype", "fn");
    }

    /// <summary>Targets of the dtype and shape of the predictions: a last dimension of 1 may be left out, or be one too many. Nothing else is broadcast.</summary>
    /// <param name="yTrue">The targets.</param>
    /// <param name="yPred">The predictions.</param>
    /// <returns>The targets.</returns>
    /// <exception cref="TfLbfgsException">The shapes do not fit.</exception>
    protected Tensor Align(Tensor yTrue, Tensor yPred)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
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

    /// <summary>The mean along an axis.</summary>
    /// <param name="values">The values.</param>
    /// <param name="axis">The axis; default the last.</param>
    /// <returns>The means.</returns>
    protected static Tensor Mean(Tensor values, int axis = -1) => RawOps.Mean(values, Tensor.Scalar(axis));
}
