using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A trained vector for each integer, and the way back: with the argument <c>reverse</c> of the call, from vectors [batch, ..., output
/// size]
/// to a score for each integer, [batch, ..., input size]. A layer of Keras 3. Python: <c>keras.layers.ReversibleEmbedding</c>.
/// </summary>
[KerasName("ReversibleEmbedding", Generation = KerasGeneration.Keras3)]
public sealed class ReversibleEmbedding : EmbeddingLayer
{
    private bool _tieWeights = true;
    private DType? _reverseDType;
    private double? _logitSoftCap;
    private Variable? _reverseEmbeddings;

    /// <summary>Creates a layer.</summary>
    /// <param name="inputSize">The number of integers, which are 0 to this minus 1. Python: <c>input_dim</c>.</param>
    /// <param name="outputSize">The size of a vector. Python: <c>output_dim</c>.</param>
    /// <param name="tieWeights">Whether the way back takes the same vectors; default true.</param>
    /// <param name="maskZero">Whether 0 stands for no value: such steps are masked. Default false.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A size is below 1.</exception>
    public ReversibleEmbedding(long inputSize, long outputSize, bool tieWeights = true, bool maskZero = false, string? name = null,
        DTypePolicy? dtype = null)
        : base(inputSize, outputSize, maskZero, name, dtype)
    {
        _tieWeights = tieWeights;
        CheckFields();
    }

    internal ReversibleEmbedding()
    {
    }

    /// <summary>Whether the way back takes the same vectors.</summary>
    public bool TieWeights => _tieWeights;

    /// <summary>The dtype of the scores; null (default): that in which the layer computes.</summary>
    public DType? ReverseDType
    {
        get => _reverseDType;
        init => _reverseDType = value;
    }

    /// <summary>A bound that the magnitude of scores approaches, by cap · tanh(score / cap); null (default): none.</summary>
    public double? LogitSoftCap
    {
        get => _logitSoftCap;
        init => _logitSoftCap = value;
    }

    /// <summary>
    /// The vectors of the way back, [output size, input size]; null before the layer is built, and where they are the same.
    /// </summary>
    public Variable? ReverseEmbeddings => _reverseEmbeddings;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> ArgumentNames => ["reverse"];

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Arguments.Flag("reverse"))
            return base.Call(input, context);
        if (!input.DType.IsFloating || input.Rank < 2 || input.Shape[-1] != OutputSize)
            throw new TfLbfgsException(
                $"{this}: expected vectors [batch, ..., {OutputSize}] for the way back, received {input.DType.PythonName}{input.Shape}.");
        DType dtype = _reverseDType ?? ComputeDType;
        Tensor kernel = Tf.Cast(_reverseEmbeddings is null ? Tf.Transpose(Embeddings!.Value) : _reverseEmbeddings.Value, dtype);
        Tensor scores = Tf.TensorDot(Tf.Cast(input, dtype), kernel, 1);
        return _logitSoftCap is { } cap ? Tf.Tanh(scores / cap) * cap : scores;
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        base.CreateVariables(inputShape);
        if (!_tieWeights)
            _reverseEmbeddings = AddVariable("reverse_embeddings", [OutputSize, InputSize], EmbeddingsInitializer);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Flag("tie_weights", ref _tieWeights);
        fields.OptionalDType("reverse_dtype", ref _reverseDType);
        fields.OptionalNumber("logit_soft_cap", ref _logitSoftCap);
    }
}
