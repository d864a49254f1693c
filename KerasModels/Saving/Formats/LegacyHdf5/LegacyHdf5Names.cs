namespace TfLbfgs.Keras.Saving.Formats.LegacyHdf5;

/// <summary>The names of groups and attributes in the layout.</summary>
internal static class LegacyHdf5Names
{
    public const string Backend = "backend";
    public const string KerasVersion = "keras_version";
    public const string LayerNames = "layer_names";
    public const string WeightNames = "weight_names";
    public const string ModelConfig = "model_config";
    public const string TrainingConfig = "training_config";
    public const string ModelWeights = "model_weights";
    public const string OptimizerWeights = "optimizer_weights";
    public const string TopLevelWeights = "top_level_model_weights";
}
