using System.Collections.Concurrent;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>One application of a layer to symbolic inputs.</summary>
internal sealed class Node(Layer layer, int index, IReadOnlyList<KerasTensor> inputs, CallArguments arguments, bool? training)
{
    private static readonly ConcurrentDictionary<string, int> Names = new(StringComparer.Ordinal);

    public Layer Layer { get; } = layer;

    /// <summary>Which application of the layer it is.</summary>
    public int Index { get; } = index;

    /// <summary>Empty for an input of the model.</summary>
    public IReadOnlyList<KerasTensor> Inputs { get; } = inputs;

    /// <summary>Further arguments of the call.</summary>
    public CallArguments Arguments { get; } = arguments;

    /// <summary>What the call said of training; null: nothing.</summary>
    public bool? Training { get; } = training;

    /// <summary>
    /// Whether what the model is called with counts, and not <see cref="Training"/>: so in files of Keras 3, whose <c>fit</c>,
    /// <c>evaluate</c>
    /// and <c>predict</c> say of training what holds for each layer.
    /// </summary>
    public bool FollowsModel { get; set; }

    /// <summary>The <c>training</c> argument of the layer; null: that of the model.</summary>
    public bool? EffectiveTraining => FollowsModel ? null : Training;

    public IReadOnlyList<KerasTensor> Outputs { get; set; } = [];

    /// <summary>All symbolic tensors that the call needs, those in its arguments included.</summary>
    public IEnumerable<KerasTensor> Sources => Inputs.Concat(Arguments.AllTensors.OfType<KerasTensor>());

    /// <summary>A name that no other layer of this process got here: dense, dense_1, ...</summary>
    public static string NextName(Layer layer) => NextName(layer.ClassName);

    /// <summary>A name after a class, or an op, that no other layer of this process got here.</summary>
    public static string NextName(string className)
    {
        string name = SnakeCase.Of(className);
        int number = Names.AddOrUpdate(name, 0, (_, last) => last + 1);
        return number == 0 ? name : $"{name}_{number}";
    }
}
