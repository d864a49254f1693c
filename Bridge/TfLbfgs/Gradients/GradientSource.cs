using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Gradients;

/// <summary>What a gradient is taken with respect to, with its name for messages.</summary>
/// <param name="Tensor">The tensor, or the resource of a variable.</param>
/// <param name="Variable">The variable; null: a tensor.</param>
internal readonly record struct GradientSource(Tensor Tensor, Variable? Variable)
{
    /// <summary>Its identity on tapes.</summary>
    public long Id => Tensor.Id;

    /// <summary>Such as <c>the variable 'kernel' (float64(2, 3))</c>.</summary>
    public override string ToString() =>
        Variable is { } variable
        ? $"the variable '{variable.Name}' ({variable.DType.PythonName}{variable.Shape})" : $"the source {Tensor.Describe()}";

    /// <summary>The shape of a gradient with respect to it.</summary>
    public Shape Shape => Variable?.Shape ?? Tensor.Shape;

    /// <summary>Zeros of its shape and dtype.</summary>
    public Tensor Zeros() =>
        Variable is { } variable ? TfLbfgs.Tensors.Tensor.Zeros(variable.Shape, variable.DType) : RawOps.ZerosLike(Tensor);

    /// <summary>The sources that tensors are.</summary>
    public static GradientSource[] Of(IReadOnlyList<Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        GradientSource[] sources = new GradientSource[tensors.Count];
        for (int i = 0; i < sources.Length; i++)
            sources[i] = new GradientSource(tensors[i] ?? throw new ArgumentNullException(nameof(tensors)), null);
        return sources;
    }

    /// <summary>The sources that variables are.</summary>
    public static GradientSource[] Of(IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        GradientSource[] sources = new GradientSource[variables.Count];
        for (int i = 0; i < sources.Length; i++)
            sources[i] = new GradientSource((variables[i] ?? throw new ArgumentNullException(nameof(variables))).Handle, variables[i]);
        return sources;
    }
}
