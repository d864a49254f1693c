namespace TfLbfgs.Keras.Saving.LegacyHdf5;

/// <summary>The two files that Keras writes in this layout.</summary>
internal enum LegacyHdf5Kind
{
    /// <summary>A whole model: its configuration and, under <c>model_weights</c>, its weights. Python: <c>model.save("model.h5")</c>.</summary>
    WholeModel,

    /// <summary>Weights only, at the root. Python: <c>model.save_weights("weights.h5")</c> of Keras 2.</summary>
    WeightsOnly,
}
