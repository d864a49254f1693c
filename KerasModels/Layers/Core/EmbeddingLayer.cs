using TfLbfgs.Keras.Constraints;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>A trained vector for each integer.</summary>
public abstract class EmbeddingLayer : Layer
{
    private long _inputSize = 1;
    private long _outputSize = 1;
    private readonly WeightOptions _embeddingsOptions = new(new RandomUniform());
    private bool _maskZero;
    private long? _inputLength;
    private Variable? _embeddings;

    private protected EmbeddingLayer(long inputSize, long outputSize, bool maskZero, string? name, DTypePolicy? dtype) : base(name, dtype)
    {
        _inputSize = inputSize;
        _outputSize = outputSize;
        _maskZero = maskZero;
    }

    private protected EmbeddingLayer()
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
        get => _embeddingsOptions.Initializer;
        init => _embeddingsOptions.Initializer = value;
    }

    /// <summary>A penalty on the vectors; null: none.</summary>
    public Regularizer? EmbeddingsRegularizer
    {
        get => _embeddingsOptions.Regularizer;
        init => _embeddingsOptions.Regularizer = value;
    }

    /// <summary>A constraint on the vectors; null: none.</summary>
    public Constraint? EmbeddingsConstraint
    {
        get => _embeddingsOptions.Constraint;
        init => _embeddingsOptions.Constraint = value;
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
        _embeddings = AddVariable("embeddings", [_inputSize, _outputSize], _embeddingsOptions);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("input_dim", ref _inputSize, minimum: 1, required: true);
        fields.Integer("output_dim", ref _outputSize, minimum: 1, required: true);
        WeightOptions.Describe(fields, ("embeddings", _embeddingsOptions));
        fields.Flag("mask_zero", ref _maskZero);
        fields.OptionalInteger("input_length", ref _inputLength, minimum: 1, only: KerasGeneration.Keras2);
    }
}
