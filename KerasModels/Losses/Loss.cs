using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// A loss: a number that says how far predictions are from targets. Derive from it for one of your own; wherever a loss is taken, a
/// function from targets and predictions to a tensor is taken too. Computed through
/// the dispatch point, so it works eagerly, on tapes and in traced functions. Immutable. A text converts to one: <c>"mse"</c>. Python:
/// <c>tf.keras.losses.Loss</c>.
/// </summary>
public abstract class Loss : KerasComponent
{
    private static readonly string[] Reductions = ["sum_over_batch_size", "auto", "sum", "none", "mean", "mean_with_sample_weight"];

    private string? _name;
    private string _reduction = "sum_over_batch_size";
    private KerasGeneration _generation = KerasGeneration.Keras3;

    /// <summary>Creates a loss.</summary>
    protected Loss()
    {
    }

    /// <summary>The name in reports and files; default the class name in snake case, such as <c>mean_squared_error</c>.</summary>
    public string Name
    {
        get => _name ?? SnakeCase.Of(ClassName);
        init => _name = value;
    }

    /// <summary>
    /// How the losses of the samples become one: <c>sum_over_batch_size</c> (default: their mean) and <c>mean</c>, <c>sum</c>, <c>none</c>
    /// (they stay), <c>mean_with_sample_weight</c> (their sum by that of the
    /// weights). <c>auto</c> of Keras 2 is <c>sum_over_batch_size</c>.
    /// </summary>
    /// <exception cref="TfLbfgsException">Set to another text.</exception>
    public string Reduction
    {
        get => _reduction;
        init
        {
            _reduction = value;
            CheckFields();
            _reduction = Normalized(value);
        }
    }

    /// <summary>
    /// The dtype of the computation and of the result; default null: that of the predictions, or float32 where it has 16 bits. Python:
    /// <c>dtype</c> of Keras 3.
    /// </summary>
    /// <exception cref="TfLbfgsException">Set to a dtype that is not a floating-point one.</exception>
    public DType? DType
    {
        get;
        init => field = value is null || value.Value.IsFloating
            ? value
            : throw new TfLbfgsException($"{Name}: expected a floating-point dtype, received {value.Value.PythonName}.");
    }

    /// <summary>
    /// The generation of Keras whose formula is meant, where they differ; default Keras 3. Losses that are read from files have that of the
    /// file.
    /// </summary>
    public KerasGeneration Generation
    {
        get => _generation;
        init => _generation = value;
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

    /// <summary>Takes a function as a loss. Python: any callable in place of a loss.</summary>
    /// <param name="function">From targets and predictions to a scalar, or to one value per sample, whose mean is taken; written with
    /// tensor operations.</param>
    /// <returns>The loss.</returns>
    public static Loss FromFunction(Func<Tensor, Tensor, Tensor> function) => new FunctionLoss(function);

    /// <summary>The loss.</summary>
    /// <param name="yTrue">The targets, [batch, ...]; cast to the dtype of the computation; borrowed.</param>
    /// <param name="yPred">The predictions, [batch, ...], of a floating-point dtype; borrowed.</param>
    /// <param name="sampleWeight">The weight of each sample, [batch], or of each element, in a shape that can be broadcast to the losses;
    /// null: 1. Borrowed.</param>
    /// <returns>A scalar, or one value per sample where <see cref="Reduction"/> is <c>none</c>; owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The shapes do not fit.</exception>
    public Tensor Call(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null)
    {
        ArgumentNullException.ThrowIfNull(yPred);
        return Call(yTrue, new Prediction(yPred), sampleWeight);
    }

    /// <summary>
    /// The loss of what a model returned. Where its last activation is a softmax or sigmoid and the loss takes probabilities, the loss is
    /// computed from that activation's input, which is exact where the probabilities
    /// have saturated; Keras does the same. Elements that the prediction's mask leaves out have the weight 0.
    /// </summary>
    /// <param name="yTrue">The targets; cast to the dtype of the computation; borrowed.</param>
    /// <param name="prediction">An output of a model, such as the result of its <c>Forward</c>; borrowed.</param>
    /// <param name="sampleWeight">The weight of each sample or element; null: 1. Borrowed.</param>
    /// <returns>A scalar, or one value per sample where <see cref="Reduction"/> is <c>none</c>; owned by the caller. Regularization is not
    /// part of it.</returns>
    /// <exception cref="TfLbfgsException">The shapes do not fit.</exception>
    public Tensor Call(Tensor yTrue, Prediction prediction, Tensor? sampleWeight = null)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(prediction);
        DType dtype = prediction.Value.DType;
        if (!dtype.IsFloating)
        {
            throw new TfLbfgsException(
                $"{Name}: expected predictions of a floating-point dtype, received {dtype.PythonName}{prediction.Value.Shape}.");
        }

        using TensorScope scope = new();
        SampleLosses losses = PerSample(yTrue, prediction.CastTo(DType ?? (dtype.Size == 2 ? Runtime.DType.Float32 : dtype)));
        Tensor? mask = prediction.Mask ?? losses.Mask;
        if (prediction.Mask is not null && losses.Mask is not null)
            mask = RawOps.LogicalAnd(prediction.Mask, losses.Mask);
        Tensor loss = LossReduction.Reduce(Name, losses.Values, sampleWeight, mask, Reduction);
        return scope.Keep(ReferenceEquals(loss, prediction.Value) || ReferenceEquals(loss, yTrue) ? RawOps.Identity(loss) : loss);
    }

    /// <summary>Computes the loss of each sample, inside a scope of the caller that disposes intermediate results.</summary>
    /// <param name="yTrue">The targets.</param>
    /// <param name="yPred">The predictions.</param>
    /// <returns>One value per sample, or more, of which the mean is taken; or a scalar.</returns>
    protected internal abstract Tensor PerSample(Tensor yTrue, Tensor yPred);

    /// <summary>
    /// As <see cref="PerSample(Tensor, Tensor)"/>, with what went into the last activation and with a mask of its own; override it for a
    /// loss of probabilities, or for one that leaves samples out.
    /// </summary>
    /// <param name="yTrue">The targets.</param>
    /// <param name="prediction">The predictions, and the input of the softmax or sigmoid that made them where it is known. The mask is
    /// applied by the caller.</param>
    /// <returns>The losses, and which of them count.</returns>
    protected internal virtual SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        return PerSample(yTrue, prediction.Value);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Origin(ref _generation);
        string? name = Name;
        fields.OptionalText("name", ref name);
        // Keras 2 writes its default as "auto", and has no weighted mean; null is "none".
        bool isKeras2 = !fields.IsReading && fields.Generation == KerasGeneration.Keras2;
        if (isKeras2 && _reduction == "mean_with_sample_weight")
            throw fields.Fail("expected a reduction that Keras 2 has, received mean_with_sample_weight. Write it for Keras 3.");
        string? reduction = isKeras2 && _reduction is "sum_over_batch_size" or "mean" ? "auto" : _reduction;
        fields.OptionalChoice("reduction", ref reduction, Reductions);
        if (fields.IsReading)
        {
            _name = name;
            _reduction = Normalized(reduction);
        }

        fields.Ignore("dtype", "fn");
    }

    /// <summary>
    /// Targets of the dtype and shape of the predictions: a last dimension of 1 may be left out, or be one too many. Nothing else is
    /// broadcast.
    /// </summary>
    /// <param name="yTrue">The targets.</param>
    /// <param name="yPred">The predictions.</param>
    /// <returns>The targets.</returns>
    /// <exception cref="TfLbfgsException">The shapes do not fit.</exception>
    protected Tensor Align(Tensor yTrue, Tensor yPred) => TargetShapes.Align(Name, yTrue, yPred);

    /// <summary>The mean along an axis.</summary>
    /// <param name="values">The values.</param>
    /// <param name="axis">The axis; default the last.</param>
    /// <returns>The means.</returns>
    protected static Tensor Mean(Tensor values, int axis = -1) => RawOps.Mean(values, Tensor.Scalar(axis));

    private static string Normalized(string? reduction) => reduction switch
    {
        null => "none",
        "auto" => "sum_over_batch_size",
        _ => reduction,
    };
}
