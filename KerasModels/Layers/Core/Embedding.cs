using TfLbfgs.Keras.Constraints;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A trained vector for each integer: from [batch, ...] to [batch, ..., output size]. Python: <c>tf.keras.layers.Embedding</c>.
/// </summary>
public sealed class Embedding : Layer
{
    private long _inputSize = 1;
    private long _outputSize = 1;
    private Initializer _embeddingsInitializer = new RandomUniform();
    private Regularizer? _embeddingsRegularizer;
    private Constraint? _embeddingsConstraint;
    private bool _maskZero;
    private long? _inputLength;
    private Variable? _embeddings;

    /// <summary>Creates a layer.</summary>
    /// <param name="inputSize">The number of integers, which are 0 to this minus 1. Python: <c>input_dim</c>.</param>
    /// <param name="outputSize">The size of a vector. Python: <c>output_dim</c>.</param>
    /// <param name="maskZero">Whether 0 stands for no value: such steps are masked. Default false.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A size is below 1.</exception>
    public Embedding(long inputSize, long outputSize, bool maskZero = false, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        _inputSize = inputSize;
        _outputSize = outputSize;
        _maskZero = maskZero;
        CheckFields();
    }

    internal Embedding()
    {
    }

    /// <summary>The number of integers.</summary>
    public long InputSize => _inputSize;

    /// <summary>The size of a vector.</summary>
    public long OutputSize => _outputSize;

    /// <summary>Whether 0 stands for no value.</summary>
    public bool MaskZero => _maskZero;

    /// <summary>Makes the first vectors; default <see cref="RandomUniform"/>.</summary>
    public Initializer EmbeddingsInitializer
    {
        get => _embeddingsInitializer;
        init => _embeddingsInitializer = value;
    }

    /// <summary>A penalty on the vectors; null: none.</summary>
    public Regularizer? EmbeddingsRegularizer
    {
        get => _embeddingsRegularizer;
        init => _embeddingsRegularizer = value;
    }

    /// <summary>A constraint on the vectors; null: none.</summary>
    public Constraint? EmbeddingsConstraint
    {
        get => _embeddingsConstraint;
        init => _embeddingsConstraint = value;
    }

    /// <summary>The vectors, [input size, output size]; null before the layer is built.</summary>
    public Variable? Embeddings => _embeddings;

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        Tensor indices = input.DType == DType.Int32 || input.DType == DType.Int64 ? input : Tf.Cast(input, DType.Int32);
        Tensor output = Tf.Gather(_embeddings!.Value, indices);
        if (_maskZero)
            context.SetMask(output, Tf.NotEqual(input, Tf.Cast(Tensor.Scalar(0), input.DType)));
        return output.DType == ComputeDType ? output : Tf.Cast(output, ComputeDType);
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape) =>
        _embeddings = AddVariable("embeddings", [_inputSize, _outputSize], _embeddingsInitializer, _embeddingsRegularizer, _embeddingsConstraint);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("input_dim", ref _inputSize, minimum: 1, required: true);
        fields.Integer("output_dim", ref _outputSize, minimum: 1, required: true);
        fields.Component("embeddings_initializer", ref _embeddingsInitializer);
        fields.OptionalComponent("embeddings_regularizer", ref _embeddingsRegularizer);
        fields.OptionalComponent("embeddings_constraint", ref _embeddingsConstraint);
        fields.Flag("mask_zero", ref _maskZero);
        fields.OptionalInteger("input_length", ref _inputLength, minimum: 1, only: KerasGeneration.Keras2);
    }
}
