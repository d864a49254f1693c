using TfLbfgs.Keras;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Tests.Cli;

/// <summary>Small saved models.</summary>
internal static class SampleModels
{
    /// <summary>Saves a network with one hidden layer of 8 tanh units.</summary>
    public static string Save(string path, int inputs, int outputs = 1, string? activation = null, DType dtype = DType.Float64,
        int units = 8, long? seed = null)
    {
        using Sequential model = new(dtype) { new Dense(units, "tanh") { KernelInitializer = new GlorotUniform { Seed = seed } },
            activation is null ? new Dense(outputs) : new Dense(outputs, activation) };
        model.Build(Shape.Create([-1, inputs]));
        model.Save(path);
        return path;
    }
}
