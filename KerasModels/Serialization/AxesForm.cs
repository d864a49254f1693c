namespace TfLbfgs.Keras.Serialization;

/// <summary>How Keras writes one axis; several are a list always.</summary>
public enum AxesForm
{
    /// <summary>As an integer.</summary>
    Integer,

    /// <summary>As a list of one axis in Keras 2, and as an integer in Keras 3.</summary>
    ListInKeras2,

    /// <summary>As a list of one axis.</summary>
    List,
}
