using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Divides the kernel of a layer by its largest singular value before each step of training (Miyato et al. 2018), which some iterations
/// of the power method estimate. As in Keras the kernel itself takes the new values, to which the gradient belongs. Outside of training,
/// and in the objective of a minimizer, which changes no values, the kernel is used as it is. Python:
/// <c>tf.keras.layers.SpectralNormalization</c>.
/// </summary>
public sealed class SpectralNormalization : Wrapper
{
    private int _powerIterations = 1;
    private Variable? _vector;

    /// <summary>Creates a layer.</summary>
    /// <param name="layer">A layer with a variable <c>kernel</c> or <c>embeddings</c>; owned by this one.</param>
    /// <param name="powerIterations">The number of iterations of each step; default 1.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">There is no iteration.</exception>
    public SpectralNormalization(Layer layer, int powerIterations = 1, string? name = null, DTypePolicy? dtype = null)
        : base(layer, name, dtype)
    {
        _powerIterations = powerIterations;
        CheckFields();
    }

    internal SpectralNormalization()
    {
    }

    /// <summary>The number of iterations of each step.</summary>
    public int PowerIterations => _powerIterations;

    /// <summary>The vector of the power method, [1, last dimension of the kernel]; null before the layer is built.</summary>
    public Variable? Vector => _vector;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Training || !context.AppliesUpdates)
            return Layer.Call(input);
        Variable kernel = KernelOf();
        Tensor next;
        // In the dtype of the variables, also where the layers compute in another one.
        using (VariableAutocast own = new(null))
        {
            Tensor current = kernel.Value;
            (Tensor value, Tensor vector) = Normalize(current, context.ValueOf(_vector!));
            context.Update(kernel, value);
            context.Update(_vector!, vector);
            // The gradient is that of the variable which will have the value.
            next = current + Tf.StopGradient(value - current);
        }

        using VariableSubstitution substitution = new([kernel], [next]);
        return Layer.Call(input);
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        Layer.Build(inputShape);
        Variable kernel = KernelOf();
        _vector = AddVariable("vector_u", [1, kernel.Shape[-1]], new TruncatedNormal(standardDeviation: 0.02), trainable: false,
            dtype: kernel.DType);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("power_iterations", ref _powerIterations, minimum: 1);
    }

    internal override IEnumerable<Variable> StoredVariables => IsBuilt ? [KernelOf(), .. OwnVariables] : [];

    private Variable KernelOf() =>
        Layer.OwnVariables.FirstOrDefault(variable => variable.Name.EndsWith("/kernel", StringComparison.Ordinal))
        ?? Layer.OwnVariables.FirstOrDefault(variable => variable.Name.EndsWith("/embeddings", StringComparison.Ordinal))
        ?? throw new TfLbfgsException($"{this}: expected a layer with a variable 'kernel' or 'embeddings', received {Layer}.");

    private (Tensor Kernel, Tensor Vector) Normalize(Tensor kernel, Tensor vector)
    {
        Tensor rows = Tf.Reshape(kernel, Tensor.From<long>([-1, kernel.Shape[-1]])), u = vector, v = vector;
        for (int i = 0; i < _powerIterations; i++)
        {
            v = Tf.NN.L2Normalize(Tf.MatMul(u, rows, transposeB: true));
            u = Tf.NN.L2Normalize(Tf.MatMul(v, rows));
        }

        Tensor largest = Tf.MatMul(Tf.MatMul(v, rows), u, transposeB: true);
        // A kernel of zeros has no direction, and stays.
        Tensor isZero = Tf.ReduceAll(Tf.Equal(kernel, Tf.ZerosLike(kernel)));
        Tensor divisor = Tf.Where(isZero, Tf.OnesLike(largest), largest);
        return (kernel / divisor, Tf.Where(isZero, vector, u));
    }
}
