using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>The fields that every layer has.</summary>
internal static class LayerFields
{
    public static void Describe(
        ConfigFields fields, ref string? name, ref bool trainable, ref DTypePolicy? policy, ref Regularizer? activityRegularizer,
            string currentName, DTypePolicy currentPolicy)
    {
        string? named = fields.IsReading ? name : currentName;
        fields.OptionalText("name", ref named);
        DTypePolicy? dtype = fields.IsReading ? policy : currentPolicy;
        fields.Flag("trainable", ref trainable);
        fields.Exchange(new FieldDeclaration("dtype"), ref dtype, DTypePolicyForm.Instance);
        if (fields.IsReading)
        {
            name = named;
            policy = dtype;
            fields.Ignore("batch_input_shape", "batch_shape", "input_shape", "input_dtype");
        }

        fields.OptionalComponent("activity_regularizer", ref activityRegularizer, omitNull: true);
    }
}
