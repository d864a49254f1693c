using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>A learning rate in files: a number, or a schedule.</summary>
internal static class LearningRateForm
{
    private const string Text = "a number, or an object with class_name and config";

    public static readonly FieldForm<LearningRateSchedule> Form = new(
        Text,
        value => value.Element.ValueKind == JsonValueKind.Number
            ? new ConstantRate(value.Number(Text))
            : (LearningRateSchedule)value.Reader.ReadComponent(typeof(LearningRateSchedule), value),
        (value, fields) => value is ConstantRate constant ? JsonValue.Create(constant.Value) : value.ToNode((ConfigWriter)fields),
        value => value is not ConstantRate { Value: double.NaN or double.PositiveInfinity or double.NegativeInfinity });
}
