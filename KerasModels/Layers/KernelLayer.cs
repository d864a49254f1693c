using TfLbfgs.Keras.Constraints;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>A layer with kernels and biases, each kind with its initializer, penalty and constraint.</summary>
public abstract class KernelLayer : Layer
{
    private protected KernelLayer()
    {
    }

    private protected KernelLayer(string? name, DTypePolicy? dtype) : base(name, dtype)
    {
    }

    /// <summary>The options of the kernels; by default those of <see cref="GlorotUniform"/> without penalty and constraint.</summary>
    public WeightOptions KernelOptions { get; init; } = new(new GlorotUniform());

    /// <summary>The options of the biases; by default those of <see cref="Zeros"/> without penalty and constraint.</summary>
    public WeightOptions BiasOptions { get; init; } = new(new Zeros());

    /// <summary>Makes the first kernel; default <see cref="GlorotUniform"/>.</summary>
    public Initializer KernelInitializer
    {
        get => KernelOptions.Initializer;
        init => KernelOptions.Initializer = value;
    }

    /// <summary>Makes the first bias; default <see cref="Zeros"/>.</summary>
    public Initializer BiasInitializer
    {
        get => BiasOptions.Initializer;
        init => BiasOptions.Initializer = value;
    }

    /// <summary>A penalty on the kernel; null: none.</summary>
    public Regularizer? KernelRegularizer
    {
        get => KernelOptions.Regularizer;
        init => KernelOptions.Regularizer = value;
    }

    /// <summary>A penalty on the bias; null: none.</summary>
    public Regularizer? BiasRegularizer
    {
        get => BiasOptions.Regularizer;
        init => BiasOptions.Regularizer = value;
    }

    /// <summary>A constraint on the kernel; null: none.</summary>
    public Constraint? KernelConstraint
    {
        get => KernelOptions.Constraint;
        init => KernelOptions.Constraint = value;
    }

    /// <summary>A constraint on the bias; null: none.</summary>
    public Constraint? BiasConstraint
    {
        get => BiasOptions.Constraint;
        init => BiasOptions.Constraint = value;
    }

    /// <summary>Declares the options.</summary>
    private protected void DescribeWeights(ConfigFields fields) =>
        WeightOptions.Describe(fields, ("kernel", KernelOptions), ("bias", BiasOptions));
}
