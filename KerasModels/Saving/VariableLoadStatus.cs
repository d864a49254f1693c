namespace TfLbfgs.Keras.Saving;

/// <summary>What became of a variable when weights were loaded.</summary>
public enum VariableLoadStatus
{
    /// <summary>Loaded as it stands in the file.</summary>
    Loaded,

    /// <summary>Loaded, with another dtype.</summary>
    Converted,

    /// <summary>The file does not have it.</summary>
    Missing,

    /// <summary>The file has it in another shape.</summary>
    ShapeDiffers,

    /// <summary>The file has it with elements that are no floating-point numbers.</summary>
    DTypeDiffers,

    /// <summary>The file has it, the model does not.</summary>
    NotInModel,
}
