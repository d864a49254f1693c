using TfLbfgs.Keras.Config;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A step of a model with its variables, which are made when the shape of its input is known. A layer may stand in several models; disposing it, or a model that holds it, frees its variables.
/// Python: <c>tf.keras.layers.Layer</c>.
/// </summary>
public abstract partial class Layer : IDisposable
{
    private readonly List<LayerVariable> _variables = [];
    private readonly DType _floatX = KerasConfig.FloatX;
    private string? _name;
    private DType? _dtype;

    /// <summary>Starts a layer.</summary>
    /// <param name="name">Its name; null: the model that takes it names it after its class, with a number where needed.</param>
    /// <param name="dtype">The dtype of its variables and of its input; null: that of the model that takes it, <see cref="KerasConfig.FloatX"/> for one alone.</param>
    /// <exception cref="TfLbfgsException">The dtype is not a floating-point one, or the name cannot stand in a file.</exception>
    protected Layer(string? name, DType? dtype)
    {
        if (name is not null)
            AdoptName(name);
        if (dtype is { } given)
            AdoptDType(given);
    }

    /// <summary>The name, unique in a model.</summary>
    public string Name => _name ?? SnakeCase(ClassName);

    /// <summary>The dtype of the variables and of the input.</summary>
    public DType DType => _dtype ?? _floatX;

    /// <summary>False freezes the layer: its variables are left out of <see cref="TrainableVariables"/>.</summary>
    public virtual bool Trainable { get; set; } = true;

    /// <summary>Whether the variables exist.</summary>
    public bool IsBuilt { get; private protected set; }

    /// <summary>The shape of the input for which it was built, the batch first; null before.</summary>
    public Shape? InputShape { get; private protected set; }

    /// <summary>The shape of the output for <see cref="InputShape"/>; null before it is built.</summary>
    public Shape? OutputShape { get; private protected set; }

    /// <summary>A penalty on the output, divided by the batch size.</summary>
    public Regularizer? ActivityRegularizer { get; init; }

    /// <summary>The variables that are trained, in the order of their creation. Python: <c>layer.trainable_variables</c>.</summary>
    public virtual IReadOnlyList<Variable> TrainableVariables => Trainable ? [.. _variables.Where(v => v.Variable.Trainable).Select(v => v.Variable)] : [];

    /// <summary>The other variables. Python: <c>layer.non_trainable_variables</c>.</summary>
    public virtual IReadOnlyList<Variable> NonTrainableVariables => [.. Variables.Except(TrainableVariables)];

    /// <summary>All variables, trained ones first. Python: <c>layer.variables</c>.</summary>
    public virtual IReadOnlyList<Variable> Variables => [.. _variables.Select(v => v.Variable).OrderBy(v => !v.Trainable)];

    /// <summary>The class name in Keras files.</summary>
    internal virtual string ClassName => GetType().Name;

    /// <summary>Bounds the variables of a layer that a file describes.</summary>
    internal VariableBudget? Budget { get; set; }

    internal bool HasName => _name is not null;

    internal bool HasDType => _dtype is not null;

    /// <summary>Whether a pass adds penalties that depend on its data.</summary>
    internal virtual bool HasActivityLoss => ActivityRegularizer is not null;

    /// <summary>Makes the variables. Does nothing when they exist and fit.</summary>
    /// <param name="inputShape">The shape of the input, the batch first (-1 for any size).</param>
    /// <exception cref="TfLbfgsException">The layer cannot take that shape.</exception>
    public virtual void Build(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        CheckInputShape(inputShape);
        if (IsBuilt)
            return;
        CreateVariables(inputShape);
        IsBuilt = true;
        InputShape = inputShape;
        OutputShape = ComputeOutputShape(inputShape);
    }

    /// <summary>Applies the layer, which is built first where it is not. Python: <c>layer(input)</c>.</summary>
    /// <param name="input">The input, of the layer's dtype, the batch first; borrowed.</param>
    /// <param name="training">Whether to behave as in training.</param>
    /// <returns>The output, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The dtype or shape does not fit.</exception>
    public virtual Tensor Call(Tensor input, bool training = false)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckInputDType(input);
        Build(input.Shape);
        using TensorScope scope = new();
        Tensor output = Run([input], new CallContext(training))[0];
        return scope.Keep(ReferenceEquals(output, input) ? RawOps.Identity(output) : output);
    }

    /// <summary>The penalties on the variables that are trained, at their current values (or those of a <see cref="VariableSubstitution"/>). Python: part of <c>layer.losses</c>.</summary>
    /// <returns>A scalar, owned by the caller; null when there are none.</returns>
    public Tensor? RegularizationLoss()
    {
        using TensorScope scope = new();
        List<Tensor> losses = [];
        AddRegularizationLosses(losses);
        return Total(losses) is { } total ? scope.Keep(total) : null;
    }

    /// <summary>Frees the variables.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{ClassName} '{Name}'";

    /// <summary>Computes the output, inside a scope of the caller that disposes intermediate results.</summary>
    /// <param name="input">The input.</param>
    /// <param name="context">The pass.</param>
    /// <returns>The output; may be the input itself.</returns>
    protected internal abstract Tensor Compute(Tensor input, CallContext context);

    /// <summary>The shape of the output for a shape of the input.</summary>
    /// <param name="inputShape">The shape of the input, the batch first.</param>
    /// <returns>The shape.</returns>
    protected internal virtual Shape ComputeOutputShape(Shape inputShape) => inputShape;

    /// <summary>Refuses an input shape that the layer cannot take, also after it was built.</summary>
    /// <param name="inputShape">The shape of the input, the batch first.</param>
    protected virtual void CheckInputShape(Shape inputShape)
    {
    }

    /// <summary>Makes the variables by <see cref="AddVariable"/>, in the order of Keras.</summary>
    /// <param name="inputShape">The shape of the input, the batch first.</param>
    protected virtual void CreateVariables(Shape inputShape)
    {
    }

    /// <summary>Makes a variable. Python: <c>layer.add_weight</c>.</summary>
    /// <param name="name">Such as <c>kernel</c>; the layer's name is put in front.</param>
    /// <param name="shape">The shape, fully known.</param>
    /// <param name="initializer">Makes the first values.</param>
    /// <param name="regularizer">A penalty on the values; null: none.</param>
    /// <param name="trainable">Whether it is trained.</param>
    /// <returns>The variable, owned by the layer.</returns>
    protected Variable AddVariable(string name, Shape shape, Initializer initializer, Regularizer? regularizer = null, bool trainable = true)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        ArgumentNullException.ThrowIfNull(shape);
        Budget?.Take(ToString(), shape);
        string fullName = $"{Name}/{name}";
        using TensorScope scope = new();
        Variable variable = new(initializer.Create(shape, DType, RandomSource.SeedOf(fullName)), fullName, trainable);
        _variables.Add(new LayerVariable(variable, regularizer));
        return variable;
    }

    /// <summary>Frees the variables.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        foreach (LayerVariable entry in _variables)
            entry.Variable.Dispose();
    }

    /// <summary>Computes the outputs with the penalty on each, inside a scope of the caller.</summary>
    internal virtual Tensor[] Run(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        if (inputs.Count != 1)
            throw new TfLbfgsException($"{this}: expected one input, received {inputs.Count}.");
        Tensor output = Compute(inputs[0], context);
        AddActivityLoss(output, context);
        return [output];
    }

    internal virtual void AddRegularizationLosses(List<Tensor> losses)
    {
        if (!Trainable)
            return;
        foreach (LayerVariable entry in _variables)
        {
            if (entry.Regularizer is not null && entry.Variable.Trainable)
                losses.Add(entry.Regularizer.Compute(entry.Variable.Value));
        }
    }

    internal static Tensor? Total(IReadOnlyList<Tensor> losses)
    {
        Tensor? total = null;
        foreach (Tensor loss in losses)
            total = total is null ? loss : total + loss;
        return total;
    }

    internal void AdoptName(string name)
    {
        if (name.Length == 0 || name.Contains('/', StringComparison.Ordinal) || name.Any(char.IsControl))
            throw new TfLbfgsException($"Expected a layer name without slashes and control characters, received '{string.Concat(name.Select(c => char.IsControl(c) ? '?' : c))}'.");
        _name = name;
    }

    internal virtual void AdoptDType(DType dtype) => _dtype = dtype is DType.Float32 or DType.Float64 or DType.Float16 or DType.BFloat16
        ? dtype
        : throw new TfLbfgsException($"{this}: expected a dtype of float64, float32, float16 or bfloat16, received {dtype.PythonName}.");

    /// <summary>Writes the Keras 2 configuration, but for what every layer has.</summary>
    internal virtual void WriteConfig(LayerConfigWriter config) =>
        throw new TfLbfgsException($"{this}: the class has no form in Keras files. Save the weights only, or replace the layer.");

    internal void CheckInputDType(Tensor input)
    {
        DType expected = VariableSubstitution.ComputeDType ?? DType;
        if (input.DType != expected)
            throw new TfLbfgsException($"{this}: expected an input of {expected.PythonName}, received {input.DType.PythonName}{input.Shape}. Cast it, or make the layer with that dtype.");
    }

    internal static string SnakeCase(string className)
    {
        System.Text.StringBuilder text = new();
        for (int i = 0; i < className.Length; i++)
        {
            if (i > 0 && char.IsUpper(className[i]) && (char.IsLower(className[i - 1]) || (i + 1 < className.Length && char.IsLower(className[i + 1]))))
                text.Append('_');
            text.Append(char.ToLowerInvariant(className[i]));
        }

        return text.ToString();
    }

    private void AddActivityLoss(Tensor output, CallContext context)
    {
        if (ActivityRegularizer is null)
            return;
        Tensor loss = ActivityRegularizer.Compute(output);
        if (output.Rank == 0)
            context.AddLoss(loss);
        else if (output.Shape[0] >= 0)
            context.AddLoss(loss / output.Shape[0]);
        else
            context.AddLoss(loss / RawOps.Cast(RawOps.Shape(output)[0], loss.DType));
    }

    private sealed record LayerVariable(Variable Variable, Regularizer? Regularizer);
}
