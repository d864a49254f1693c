using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Layers one after the other, as one layer. Python: <c>keras.layers.Pipeline</c>.</summary>
[KerasName("Pipeline", Generation = KerasGeneration.Keras3)]
public sealed class Pipeline : Layer
{
    private IReadOnlyList<Layer> _layers = [];

    /// <summary>Creates a layer.</summary>
    /// <param name="layers">The layers in order; owned by this one from now on.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Pipeline(IReadOnlyList<Layer> layers, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(layers);
        _layers = [.. layers];
    }

    internal Pipeline()
    {
    }

    /// <summary>The layers in order.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <inheritdoc/>
    protected internal override DType InputDType => _layers is [var first, ..] ? first.InputDType : base.InputDType;

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context) =>
        _layers.Aggregate(inputs, (values, layer) => layer.Call(values));

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (fields.IsReading)
        {
            base.Describe(fields);
        }
        else
        {
            // Keras 3 refuses the other fields that layers have.
            string? name = Name;
            fields.OptionalText("name", ref name);
        }

        fields.Components("layers", ref _layers, required: true);
    }
}
